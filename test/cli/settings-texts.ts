/** Settings files as people write them. Each is the text before install; `{` files only, all valid for Claude Code. */
export const SETTINGS: Readonly<Record<string, string>> = {
  "an empty object": "{}\n",
  "an empty object without a line end": "{}",
  "an empty object over two lines": "{\n}\n",
  "an empty object with a space": "{ }\n",
  "only a comment": "{\n  // nothing yet\n}\n",
  "only a block comment on one line": "{ /* nothing yet */ }\n",
  "one setting": '{\n  "model": "opus"\n}\n',
  "one setting on one line": '{"model":"opus"}',
  "one setting with spaces on one line": '{ "model": "opus" }\n',
  tabs: '{\n\t"model": "opus",\n\t"env": {\n\t\t"A": "1"\n\t}\n}\n',
  "four spaces": '{\n    "model": "opus"\n}\n',
  CRLF: '{\r\n  "model": "opus",\r\n  "env": {}\r\n}\r\n',
  "a trailing comma": '{\n  "model": "opus",\n}\n',
  "a trailing comma and a comment": '{\n  "model": "opus", // the big one\n}\n',
  "a comment behind the last setting": '{\n  "model": "opus" // the big one\n}\n',
  "a comment below the last setting": '{\n  "model": "opus"\n  // "theme": "dark"\n}\n',
  "block comments everywhere": '/* a */ {\n  /* b */ "model" /* c */ : /* d */ "opus" /* e */\n  /* f */\n} /* g */\n',
  "comments with commas and braces": '{\n  "model": "opus" // , } ] "hooks": {}\n}\n',
  "an empty hooks object": '{\n  "hooks": {}\n}\n',
  "an empty hooks object over two lines": '{\n  "hooks": {\n  }\n}\n',
  "an empty hooks object on one line": '{"hooks":{}}',
  "empty lists on our events":
    '{\n  "hooks": {\n    "PreToolUse": [],\n    "Stop": [\n    ],\n    "SessionEnd": [ ]\n  }\n}\n',
  "empty lists on one line": '{"hooks":{"PreToolUse":[],"Stop":[ ]},"model":"opus"}\n',
  "a foreign hook on an event of ours":
    '{\n  "hooks": {\n    "PreToolUse": [\n      {\n        "matcher": "Bash",\n        "hooks": [\n          { "type": "command", "command": "./guard.sh" }\n        ]\n      }\n    ]\n  }\n}\n',
  "foreign hooks, prettier's way":
    '{\n  "hooks": {\n    "PostToolUse": [{\n      "matcher": "Edit|Write",\n      "hooks": [{ "type": "command", "command": "prettier --write" }],\n    }],\n    "Notification": [{ "hooks": [{ "type": "command", "command": "say done" }] }]\n  },\n  "model": "opus"\n}\n',
  "foreign hooks on one line": '{"hooks":{"Stop":[{"hooks":[{"type":"command","command":"date"}]}]}}\n',
  "a foreign hook whose command mentions coord":
    '{\n  "hooks": {\n    "Stop": [\n      { "hooks": [{ "type": "command", "command": "my-coord hook release --fast" }] },\n      { "hooks": [{ "type": "command", "command": "cd x && coord hook release" }] },\n      { "hooks": [{ "type": "command", "command": "/opt/coord", "args": ["watch"] }] },\n      { "hooks": [{ "type": "http", "url": "http://127.0.0.1/coord hook check" }] }\n    ]\n  }\n}\n',
  "a byte order mark": '\uFEFF{\n  "model": "opus"\n}\n',
  "hooks in the middle": '{\n  "a": 1,\n  "hooks": {\n    "Stop": []\n  },\n  "z": [1, 2,\n    3]\n}\n',
  "text that looks like escapes": '{\n  "note": "a \\"quoted\\" { [ // /* text",\n  "umlaut": "ä €  "\n}\n',
};
