/** The client's file tools: what a model passes to them, and what they answer. */
import { randomBytes } from "node:crypto";
import type { ToolCall } from "./events.ts";

function toolUseId(): string {
  return `toolu_${randomBytes(6).toString("hex")}`;
}

export function writeCall(path: string, content: string): ToolCall {
  return {
    tool: "Write",
    input: { file_path: path, content },
    response: { type: "create", filePath: path, content, structuredPatch: [], originalFile: null, userModified: false },
    id: toolUseId(),
  };
}

export function editCall(path: string, before: string, oldString: string, newString: string): ToolCall {
  return {
    tool: "Edit",
    input: { file_path: path, old_string: oldString, new_string: newString, replace_all: false },
    response: {
      filePath: path,
      oldString,
      newString,
      originalFile: before,
      structuredPatch: [],
      userModified: false,
      replaceAll: false,
    },
    id: toolUseId(),
  };
}

export function readCall(path: string, content: string): ToolCall {
  // The client counts the empty line after the last newline too.
  const lines = content.split("\n").length;
  return {
    tool: "Read",
    input: { file_path: path },
    response: {
      type: "text",
      file: { filePath: path, content, numLines: lines, startLine: 1, totalLines: lines },
    },
    id: toolUseId(),
  };
}

export function bashCall(command: string): ToolCall {
  return {
    tool: "Bash",
    input: { command, description: "run it" },
    response: { stdout: "", stderr: "", interrupted: false, isImage: false, noOutputExpected: false },
    id: toolUseId(),
  };
}
