/** The grammar program as bytes (docs/protocol.md section 2). */
import { KernelError } from "./errors.ts";
import type { JsonNode } from "./nodes.ts";
import type { CompiledProp, CompiledTool, Program } from "./program.ts";
import { unusable } from "./schema.ts";
import { ByteWriter } from "./wire.ts";

/** A program must fit one frame: 1 MiB less the frame's own id and type. */
export const MAX_PROGRAM_BYTES = (1 << 20) - 5;

// The index in this list is the byte on the wire.
const NODE_TYPES = ["any", "object", "array", "string", "integer", "number", "choice", "null", "boolean"] as const;
const CHOICE = 4;
const JSON_TEXT = 5;

export function encodeProgram({ tools, lexicon, nodes }: Omit<Program, "bytes">): Uint8Array {
  const out = new ByteWriter();
  out.ascii("NKP1");
  out.u16(tools.length);
  for (const tool of tools) writeTool(out, tool);
  out.u32(lexicon.length);
  for (const name of lexicon) short(out, name, "lexicon");
  out.u16(nodes.length);
  for (const node of nodes) writeNode(out, node);
  const bytes = out.finish();
  if (bytes.length <= MAX_PROGRAM_BYTES) return bytes;
  throw new KernelError("request.program_too_large", { size: bytes.length, limit: MAX_PROGRAM_BYTES });
}

function writeTool(out: ByteWriter, tool: CompiledTool): void {
  short(out, tool.shownName, tool.name);
  counted(out, tool.props.length, tool.name);
  for (const prop of tool.props) writeProp(out, prop, `${tool.name}.${prop.key}`);
}

function writeProp(out: ByteWriter, prop: CompiledProp, place: string): void {
  short(out, prop.shownKey, place);
  out.u8((prop.required ? 1 : 0) | (prop.list ? 2 : 0));
  out.u8(prop.kind);
  out.u8(prop.evidence);
  out.u16(prop.minItems);
  out.u16(prop.maxItems);
  out.u16(prop.maxBytes);
  if (prop.kind === CHOICE) {
    counted(out, prop.members.length, place);
    for (const member of prop.members) short(out, member, place);
  }
  if (prop.kind === JSON_TEXT) out.u16(prop.root);
}

/** Types without fields are their one byte. */
function writeNode(out: ByteWriter, node: JsonNode): void {
  out.u8(NODE_TYPES.indexOf(node.type));
  switch (node.type) {
    case "object":
      counted(out, node.members.length, "an object");
      for (const member of node.members) {
        short(out, member.key, "an object's key");
        out.u8(member.required ? 1 : 0);
        out.u16(member.node);
      }
      out.u8(node.open ? 1 : 0);
      break;
    case "array":
      out.u16(node.item);
      out.u16(node.min);
      out.u16(node.max);
      break;
    case "choice":
      counted(out, node.literals.length, "an enum");
      for (const literal of node.literals) short(out, literal, "an enum's member");
      break;
  }
}

/** Counts are u16; more members than that could not be told apart by any model either. */
function counted(out: ByteWriter, count: number, place: string): void {
  if (count > 0xffff) throw unusable(place, `it has ${count} members`);
  out.u16(count);
}

function short(out: ByteWriter, text: string, place: string): void {
  const bytes = new TextEncoder().encode(text);
  if (bytes.length > 0xffff) throw unusable(place, `a text of ${bytes.length} bytes`);
  out.u16(bytes.length);
  out.bytes(bytes);
}
