-- SPDX-License-Identifier: MIT
-- Shows the packets of mcast in Wireshark and tshark: NORM (RFC 5740) as mcast speaks it, and its
-- private messages. docs/protocol.md specifies each byte; the checks here are those of lib/wire.
--
--   tshark -X lua_script:mcast.lua -r FILE.pcap
--
-- One file, so that one option loads it. Wireshark's own NORM dissector cannot be called from Lua and does not know the payload id of
-- FEC encoding id 5, so this one reads the whole packet. Tried with Wireshark 4.0.

local mcast = Proto("mcast", "mcast, reliable multicast over NORM")

local VERSION = 2  -- of the private messages
local MAGIC = 0x4D43
local SEALED = 0x4D -- the first byte of an envelope
local MOST_SYMBOLS = 255  -- of a block
local OTHER_OFFERS = {first = 9, last = 15}  -- kinds kept for offers of other things
local RS8, SMALL_BLOCK = 5, 129

local TYPES = {"INFO", "DATA", "CMD", "NACK", "ACK", "REPORT"}
local COMMANDS = {"FLUSH", "EOT", "SQUELCH", "CC", "REPAIR_ADV", "ACK_REQ", "APPLICATION"}
local KINDS = {[1] = "Offer", [2] = "ReceiverStates", [3] = "Digests", [4] = "End", [5] = "Zeros", [8] = "StreamOffer",
               [16] = "Join", [17] = "Report", [18] = "DigestRequest", [19] = "Done"}
local FEC_IDS = {[RS8] = "Reed-Solomon over GF(2^8)", [SMALL_BLOCK] = "small block, systematic"}
local DIGESTS = {"XXH3, 128 bits", "SHA-256"}
local DIGEST_WIDTHS = {16, 32}
local ROOT_WIDTHS = {[0] = true, [16] = true, [32] = true}
local RECEIVER_STATES = {"joined", "done", "failed", "detached", "refused", "behind", "reporter"}
local REPORT_STATES = {[0] = "in progress", [1] = "verified", [2] = "failed"}
local ACK_TYPES = {"CC", "FLUSH"}
local REQUEST_FORMS = {"items", "ranges"}
local EXTENSIONS = {[3] = "EXT_CC", [64] = "EXT_FTI", [128] = "EXT_RATE"}
local ERRORS = {
  [0] = "none", "internal", "usage", "no_receivers", "no_sender", "timed_out", "cancelled",
  "sender_lost", "receivers_failed", "all_receivers_failed", "receiver_lost", "io", "no_space",
  "permission", "exists", "not_found", "source_changed", "integrity", "auth", "protocol",
  "detached", "process_died", "unsupported", "no_interface", "network", "refused",
  "no_such_session", "ambiguous_session", "wait_timed_out", "too_late", "still_running",
  "already_started", "sender_failed", "port_in_use", "receivers_missing", "node_taken",
  "exec_failed", "joined_late"}

-- ---------------------------------------------------------------------------------- fields
local fields = {}
local function field(name, kind, ...) fields[name] = ProtoField[kind]("mcast." .. name, ...) end
local function flag(name, label, mask) field(name, "bool", label, 8, nil, mask) end

field("message", "string", "Message")
field("version", "uint8", "NORM version", base.DEC, nil, 0xf0)
field("type", "uint8", "Type", base.DEC, TYPES, 0x0f)
field("hdr_len", "uint8", "Header length, words of 4 bytes")
field("sequence", "uint16", "Sequence")
field("source_id", "uint32", "Source id", base.HEX)
field("instance_id", "uint16", "Instance id")
field("grtt", "double", "GRTT, seconds")
field("backoff", "uint8", "Back-off factor K", base.DEC, nil, 0xf0)
field("gsize", "double", "Group size")
field("command", "uint8", "Command", base.DEC, COMMANDS)
field("flags", "uint8", "Flags", base.HEX)
flag("flags.repair", "Repair", 0x01)
flag("flags.explicit", "Explicit", 0x02)
flag("flags.info", "The object has INFO", 0x04)
flag("flags.unreliable", "Unreliable", 0x08)
flag("flags.file", "File", 0x10)
flag("flags.stream", "Stream", 0x20)
field("fec_id", "uint8", "FEC encoding id", base.DEC, FEC_IDS)
field("object_id", "uint16", "Object transport id")
field("block", "uint32", "Source block number")
field("block_length", "uint16", "Source symbols of this block")
field("symbol", "uint16", "Symbol")
field("content", "bytes", "Content")
field("info", "string", "INFO")
field("node", "uint32", "Node id", base.HEX)
field("extension", "uint8", "Header extension", base.DEC, EXTENSIONS)
field("fti.object_size", "uint64", "Object size, bytes")
field("fti.segment_size", "uint16", "Segment size, bytes")
field("fti.block_size", "uint16", "Most source symbols of a block")
field("fti.parity", "uint16", "Parity symbols of a block")
field("cc.sequence", "uint16", "CC sequence")
field("cc.seconds", "uint32", "Sent at, seconds")
field("cc.microseconds", "uint32", "Sent at, microseconds")
field("cc.flags", "uint8", "CC flags", base.HEX)
flag("cc.flags.clr", "CLR, the receiver that limits the rate", 0x01)
flag("cc.flags.plr", "PLR, one that might", 0x02)
flag("cc.flags.rtt", "Round trip was measured", 0x04)
flag("cc.flags.start", "Slow start", 0x08)
flag("cc.flags.leave", "Leaves", 0x10)
field("cc.rtt", "double", "Round trip, seconds")
field("cc.loss", "double", "Loss fraction")
field("cc.rate", "double", "Rate, bytes per second")
field("send_rate", "double", "Sender's rate, bytes per second")
field("repair_adv.limit", "bool", "Not all pending repairs fit", 8, nil, 0x01)
field("ack.type", "uint8", "Type of the acknowledgement", base.DEC, ACK_TYPES)
field("ack.id", "uint8", "Id of the acknowledgement")
field("sender", "uint32", "Sender's node id", base.HEX)
field("grtt_response.seconds", "uint32", "GRTT response, seconds")
field("grtt_response.microseconds", "uint32", "GRTT response, microseconds")
field("request.form", "uint8", "Repair request", base.DEC, REQUEST_FORMS)
field("request.flags", "uint8", "Asks for", base.HEX)
flag("request.segment", "Segments", 0x01)
flag("request.block", "Blocks", 0x02)
flag("request.info", "INFO", 0x04)
flag("request.object", "Objects", 0x08)
field("request.length", "uint16", "Length of the items, bytes")
field("magic", "uint16", "Magic", base.HEX)
field("private_version", "uint8", "Version of private messages")
field("kind", "uint8", "Kind", base.DEC, KINDS)
field("transfer", "uint32", "Transfer", base.HEX)
field("echo", "uint32", "Echo, microseconds")
field("receiver_states.state", "uint8", "State", base.DEC, RECEIVER_STATES)
field("error", "uint16", "Error", base.DEC, ERRORS)
field("text", "string", "Text")
field("root", "bytes", "Root digest")
field("root_width", "uint8", "Width of the root digest")
field("challenge", "uint64", "Challenge", base.HEX)
field("host", "string", "Host")
field("count", "uint16", "Count")
field("offer.flags", "uint8", "Flags", base.HEX)
flag("offer.started", "Data flows already", 0x01)
flag("offer.draining", "No more receivers are taken", 0x02)
field("digest", "uint8", "Digest algorithm", base.DEC, DIGESTS)
field("offer.stored", "uint8", "Share of the size that takes space, 1 + 254ths")
field("offer.segment_size", "uint16", "Segment size, bytes")
field("offer.block_size", "uint16", "Most source symbols of a block")
field("offer.parity", "uint16", "Parity symbols of a block")
field("offer.object_size", "uint64", "Object size, bytes")
field("offer.chunk_size", "uint32", "Chunk size, bytes")
field("offer.receivers", "uint32", "Receivers that have joined")
field("offer.report_interval", "uint32", "Report interval, microseconds")
field("offer.name", "string", "Name")
field("offer.meta", "string", "Meta")
field("offer.size_hint", "uint64", "Expected size, bytes")
field("digests.width", "uint8", "Width of a digest")
field("digests.first", "uint32", "First chunk")
field("digests.total", "uint32", "Chunks of the object")
field("digests.value", "bytes", "Digest")
field("chunks.first", "uint32", "First chunk")
field("chunks.last", "uint32", "Last chunk")
field("zeros.first", "uint32", "First block")
field("zeros.last", "uint32", "Last block")
field("join.flags", "uint8", "Flags", base.HEX)
flag("join.holds", "Holds a part already", 0x01)
flag("join.failed", "Has failed", 0x02)
field("report.state", "uint8", "State", base.DEC, REPORT_STATES)
field("report.parts", "uint8", "Parts", base.HEX)
field("report.sequence", "uint16", "Highest sequence heard")
field("report.loss", "double", "Loss fraction")
field("report.rate", "double", "Rate of content, bytes per second")
field("report.packets_received", "uint64", "Packets received")
field("report.packets_expected", "uint64", "Packets expected")
field("report.bytes_done", "uint64", "Bytes held")
field("report.host_drops", "uint32", "Datagrams dropped by the host")
field("report.backlog", "uint32", "Bytes that wait for the disk")
field("report.backlog_limit", "uint32", "Most bytes that may wait")
field("report.window_end", "uint64", "End of the window, offset in the object")

local list = {}
for _, each in pairs(fields) do list[#list + 1] = each end
mcast.fields = list

local MALFORMED = ProtoExpert.new("mcast.malformed", "Malformed", expert.group.MALFORMED,
                                  expert.severity.ERROR)
local CUT = ProtoExpert.new("mcast.cut", "Cut short by the capture", expert.group.PROTOCOL,
                            expert.severity.NOTE)
local SKIPPED = ProtoExpert.new("mcast.skipped", "Not understood", expert.group.PROTOCOL,
                                expert.severity.NOTE)
mcast.experts = {MALFORMED, CUT, SKIPPED}

-- ---------------------------------------------------------------------------------- reading
-- What ends the reading of a packet is thrown as a table, caught in mcast.dissector() and shown.
local function give_up(mark, why) error({mark = mark, why = why}, 0) end
local function malformed(why) give_up(MALFORMED, why) end
local function has(value, mask) return math.floor(value / mask) % 2 == 1 end

-- The characters of well-formed UTF-8 (RFC 3629).
local CHARACTERS = {
  "^[\0-\127]", "^[\194-\223][\128-\191]", "^\224[\160-\191][\128-\191]",
  "^[\225-\236\238\239][\128-\191][\128-\191]", "^\237[\128-\159][\128-\191]",
  "^\240[\144-\191][\128-\191][\128-\191]", "^[\241-\243][\128-\191][\128-\191][\128-\191]",
  "^\244[\128-\143][\128-\191][\128-\191]"}

local function is_utf8(text)
  local at = 1
  while at <= #text do
    local last
    for _, pattern in ipairs(CHARACTERS) do last = last or select(2, text:find(pattern, at)) end
    if not last then return false end
    at = last + 1
  end
  return true
end

-- The numbers that NORM sends rounded (lib/wire/quantize).
local function rtt_from(code)
  return code < 31 and (code + 1) * 1e-6 or 1000 / math.exp((255 - code) / 13)
end
local function gsize_from(code) return (has(code, 8) and 5 or 1) * 10 ^ (code % 8 + 1) end
local function rate_from(code) return math.floor(code / 16) * (10 / 4096) * 10 ^ (code % 16) end
local function loss_from(code) return code / 65535 end

-- A cursor over a part of the packet. Each read adds a field to `tree`.
local Cursor = {}
Cursor.__index = Cursor
local function cursor(tvb, from, to)
  return setmetatable({tvb = tvb, at = from, stop = to}, Cursor)
end
function Cursor:left() return self.stop - self.at end
function Cursor:take(size)
  if size > self:left() then malformed("it ends before its fields do") end
  if self.at + size > self.tvb:len() then give_up(CUT, "the rest was not captured") end
  self.at = self.at + size
  return self.tvb:range(self.at - size, size)
end
function Cursor:part(size)
  if size > self:left() then malformed("a part of it is longer than the whole") end
  self.at = self.at + size
  return cursor(self.tvb, self.at - size, self.at)
end
function Cursor:uint(tree, name, size)
  local range = self:take(size)
  local item = tree:add(fields[name], range)
  return range:uint(), item
end
function Cursor:uint64(tree, name, size)
  local range = self:take(size)
  tree:add(fields[name], range)
  return range:uint64()
end
function Cursor:decoded(tree, name, size, decode)
  local range = self:take(size)
  tree:add(fields[name], range, decode(range:uint()))
end
function Cursor:flags(tree, name, ...)
  local range = self:take(1)
  local item = tree:add(fields[name], range)
  for _, bit in ipairs({...}) do item:add(fields[bit], range) end
  return range:uint()
end
function Cursor:bytes(tree, name, size)
  if size > 0 then tree:add(fields[name], self:take(size)) end
end
-- Text behind its length, which has `width` bytes.
function Cursor:text(tree, name, width)
  local size = self:take(width):uint()
  if size == 0 then return "" end
  local range = self:take(size)
  if not is_utf8(range:raw()) then malformed("a text is not UTF-8") end
  tree:add_packet_field(fields[name], range, ENC_UTF_8)
  return range:string(ENC_UTF_8)
end
function Cursor:root(tree)
  local width = self:uint(tree, "root_width", 1)
  if not ROOT_WIDTHS[width] then malformed("no root digest has this width") end
  self:bytes(tree, "root", width)
end

-- ---------------------------------------------------------------------------------- NORM
local function sender_word(c, tree)
  c:uint(tree, "instance_id", 2)
  c:decoded(tree, "grtt", 1, rtt_from)
  local both = c:take(1)
  tree:add(fields.backoff, both)
  tree:add(fields.gsize, both, gsize_from(both:uint() % 16))
end

local function read_fec_id(c, tree)
  local id = c:uint(tree, "fec_id", 1)
  if not FEC_IDS[id] then give_up(SKIPPED, "FEC encoding id " .. id .. " is not known") end
  return id
end

local function payload_id(c, tree, fec_id)
  local rs8 = fec_id == RS8
  local block = c:uint(tree, "block", rs8 and 3 or 4)
  if not rs8 then c:uint(tree, "block_length", 2) end
  return block, c:uint(tree, "symbol", rs8 and 1 or 2)
end

-- As in FLUSH and SQUELCH; padded, as in repair requests and ACK(FLUSH).
local function position(c, tree, padded)
  local fec_id = read_fec_id(c, tree)
  if padded then c:take(1) end
  local object = c:uint(tree, "object_id", 2)
  local block, symbol = payload_id(c, tree, fec_id)
  return {fec_id = fec_id, object = object, block = block, symbol = symbol}
end
local function words_of(place)
  return (" object %d block %d symbol %d"):format(place.object, place.block, place.symbol)
end

local function divide_up(value, by) return math.ceil((value + (by - value % by) % by) / by) end
local function check_cut(fec_id, size, segment, block, parity)
  if segment == 0 or block == 0 or block + parity > MOST_SYMBOLS or size >= 2 ^ 48 or
    divide_up(divide_up(size, segment), block) > (fec_id == RS8 and 2 ^ 24 or 2 ^ 32) then
    malformed("no object has these sizes")
  end
end

local function read_fti(c, tree, fec_id)
  local size = c:uint64(tree, "fti.object_size", 6):tonumber()
  if fec_id == SMALL_BLOCK then c:take(2) end
  local segment = c:uint(tree, "fti.segment_size", 2)
  local width = fec_id == RS8 and 1 or 2
  local block = c:uint(tree, "fti.block_size", width)
  check_cut(fec_id, size, segment, block, c:uint(tree, "fti.parity", width))
end

local function cc_flags(c, tree)
  c:flags(tree, "cc.flags", "cc.flags.clr", "cc.flags.plr", "cc.flags.rtt", "cc.flags.start",
          "cc.flags.leave")
end

local function read_cc(c, tree)
  c:uint(tree, "cc.sequence", 2)
  cc_flags(c, tree)
  c:decoded(tree, "cc.rtt", 1, rtt_from)
  c:decoded(tree, "cc.loss", 2, loss_from)
  c:decoded(tree, "cc.rate", 2, rate_from)
  c:take(2)
end

-- All of them, to the end of the header.
local function extensions(c, tree, fec_id)
  while c:left() > 0 do
    local kind, item = c:uint(tree, "extension", 1)
    local words = kind < 128 and c:take(1):uint() or 1
    if words == 0 then malformed("a header extension has no length") end
    local inside = c:part(4 * words - (kind < 128 and 2 or 1))
    local reader = kind == 3 and read_cc or kind == 64 and fec_id and read_fti
    if kind == 128 then
      inside:take(1)
      inside:decoded(item, "send_rate", 2, rate_from)
    elseif reader then
      reader(inside, item, fec_id)
      if inside:left() > 0 then malformed("a header extension is of a wrong length") end
    end
  end
end

local REQUEST_LEVELS = {1, 2, 8}  -- segment, block, object
local function check_request(form, flags)
  local levels = 0
  for _, level in ipairs(REQUEST_LEVELS) do levels = levels + (has(flags, level) and 1 or 0) end
  if not REQUEST_FORMS[form] then malformed("a repair request of another form") end
  if levels > 1 or (levels == 0 and not has(flags, 4)) then
    malformed("a repair request for nothing, or for several levels")
  end
end

local function check_range(flags, first, last)
  local same = first.object == last.object
  local forwards = (last.object - first.object) % 0x10000 < 0x8000
  if has(flags, 1) then
    forwards = same and first.block == last.block and first.symbol <= last.symbol
  elseif has(flags, 2) then
    forwards = same and first.block <= last.block
  end
  if first.fec_id ~= last.fec_id or not forwards then
    malformed("a range that runs backwards, or leaves its block or object")
  end
end

local function repair_requests(c, tree)
  local count = 0
  while c:left() > 0 do
    local form, item = c:uint(tree, "request.form", 1)
    local flags = c:flags(item, "request.flags", "request.segment", "request.block",
                          "request.info", "request.object")
    check_request(form, flags)
    local items = c:part(c:uint(item, "request.length", 2))
    repeat
      local first = position(items, item, true)
      if form == 2 then check_range(flags, first, position(items, item, true)) end
      count = count + 1
    until items:left() == 0
  end
  return (", %d repair request%s"):format(count, count == 1 and "" or "s")
end

local function object_head(c, tree)
  sender_word(c, tree)
  c:flags(tree, "flags", "flags.repair", "flags.explicit", "flags.info", "flags.unreliable",
          "flags.file", "flags.stream")
  local fec_id = read_fec_id(c, tree)
  return fec_id, c:uint(tree, "object_id", 2)
end

local function feedback_head(c, tree)
  local words = (" to %08x"):format(c:uint(tree, "sender", 4))
  c:uint(tree, "instance_id", 2)
  return words
end
local function grtt_response(c, tree)
  c:uint(tree, "grtt_response.seconds", 4)
  c:uint(tree, "grtt_response.microseconds", 4)
end

-- ---------------------------------------------------------------------------------- ours
-- Each reads what follows `transfer` (of receivers, `echo`), and returns words for the Info column.
local private = {}

local function offer(c, tree, stream)
  local flags = c:flags(tree, "offer.flags", "offer.started", "offer.draining")
  local fec_id = read_fec_id(c, tree)
  if not DIGESTS[c:uint(tree, "digest", 1)] then malformed("an unknown digest algorithm") end
  c:uint(tree, "offer.stored", 1)
  c:uint(tree, "object_id", 2)
  local segment = c:uint(tree, "offer.segment_size", 2)
  local block = c:uint(tree, "offer.block_size", 2)
  local parity = c:uint(tree, "offer.parity", 2)
  local size = c:uint64(tree, "offer.object_size", 8)
  local chunk = c:uint(tree, "offer.chunk_size", 4)
  c:uint(tree, "offer.receivers", 4)
  c:uint(tree, "offer.report_interval", 4)
  local name = c:text(tree, "offer.name", 1)
  local host = c:text(tree, "host", 1)
  c:text(tree, "offer.meta", 2)
  if stream and c:left() >= 8 then c:uint64(tree, "offer.size_hint", 8) end
  local unknown = stream and size == UInt64.max()
  check_cut(fec_id, unknown and 0 or size:tonumber(), segment, block, parity)
  if chunk == 0 then malformed("chunks of no size") end
  local length = unknown and "a stream" or tostring(size) .. " bytes"
  return (" %s, %s, from %s%s"):format(name, length, host, has(flags, 1) and ", started" or "")
end

function private.Offer(c, tree) return offer(c, tree, false) end
function private.StreamOffer(c, tree) return offer(c, tree, true) end

function private.ReceiverStates(c, tree)
  local state = c:uint(tree, "receiver_states.state", 1)
  c:take(1)
  c:uint(tree, "error", 2)
  local count = c:uint(tree, "count", 2)
  c:take(2)
  for _ = 1, count do
    local _, item = c:uint(tree, "node", 4)
    c:uint64(item, "challenge", 8)
  end
  c:root(tree)
  return (" %s: %d receiver%s"):format(RECEIVER_STATES[state] or "state " .. state, count,
                                       count == 1 and "" or "s")
end

function private.Digests(c, tree)
  c:uint(tree, "object_id", 2)
  local right = DIGEST_WIDTHS[c:uint(tree, "digest", 1)]
  local width = c:uint(tree, "digests.width", 1)
  local first = c:uint(tree, "digests.first", 4)
  local total = c:uint(tree, "digests.total", 4)
  local count = c:uint(tree, "count", 2)
  c:take(2)
  if width ~= right then malformed("digests of a width that is not their algorithm's") end
  if first + count > total then malformed("digests of more chunks than there are") end
  for _ = 1, count do c:bytes(tree, "digests.value", width) end
  return (" of %d chunk%s from %d"):format(count, count == 1 and "" or "s", first)
end

function private.Zeros(c, tree)
  c:uint(tree, "object_id", 2)
  local count, from = c:uint(tree, "count", 2), 0
  for _ = 1, count do
    local first, item = c:uint(tree, "zeros.first", 4)
    local last = c:uint(item, "zeros.last", 4)
    if first < from or last < first then malformed("ranges that do not ascend") end
    from = last + 1
  end
  return (" in %d range%s of blocks"):format(count, count == 1 and "" or "s")
end

local function error_and_text(c, tree)
  local code = c:uint(tree, "error", 2)
  local text = c:text(tree, "text", 2)
  return code, code == 0 and " success" or
    (" %s%s"):format(ERRORS[code] or "error " .. code, text == "" and "" or ": " .. text)
end

function private.End(c, tree)
  local _, words = error_and_text(c, tree)
  c:root(tree)
  return words
end

function private.Join(c, tree)
  c:uint64(tree, "challenge", 8)
  local flags = c:flags(tree, "join.flags", "join.holds", "join.failed")
  local words = " " .. c:text(tree, "host", 1)
  if not has(flags, 2) then return words end
  local code, why = error_and_text(c, tree)
  if code == 0 then malformed("it has failed of nothing") end
  return words .. "," .. why
end

function private.Report(c, tree)
  local state = c:uint(tree, "report.state", 1)
  local parts = c:uint(tree, "report.parts", 1)
  c:uint(tree, "report.sequence", 2)
  c:decoded(tree, "report.loss", 2, loss_from)
  c:decoded(tree, "report.rate", 2, rate_from)
  c:uint64(tree, "report.packets_received", 6)
  c:uint64(tree, "report.packets_expected", 6)
  local words = (", %s bytes"):format(tostring(c:uint64(tree, "report.bytes_done", 6)))
  if not REPORT_STATES[state] then malformed("a report of an unknown state") end
  if has(parts, 0x01) then c:uint(tree, "report.host_drops", 4) end
  if has(parts, 0x02) then
    c:uint(tree, "report.backlog", 4)
    c:uint(tree, "report.backlog_limit", 4)
  end
  if has(parts, 0x04) then c:uint64(tree, "report.window_end", 6) end
  if has(parts, 0x08) then
    local _, why = error_and_text(c, tree)
    words = words .. "," .. why
  end
  if has(parts, 0x10) then c:root(tree) end
  return " " .. REPORT_STATES[state] .. words
end

function private.DigestRequest(c, tree)
  c:uint(tree, "object_id", 2)
  local count = c:uint(tree, "count", 2)
  for _ = 1, count do
    local first, item = c:uint(tree, "chunks.first", 4)
    if c:uint(item, "chunks.last", 4) < first then malformed("a range that runs backwards") end
  end
  return (" %d range%s"):format(count, count == 1 and "" or "s")
end

function private.Done(c, tree) c:root(tree) end

-- Whether a payload begins like one of ours.
local function is_private(c)
  return c:left() >= 2 and c.at + 2 <= c.tvb:len() and c.tvb:range(c.at, 2):uint() == MAGIC
end

local function private_message(c, tree, shown, by_receiver)
  if not is_private(c) then return c:bytes(tree, "content", c:left()) end
  c:uint(tree, "magic", 2)
  local version = c:uint(tree, "private_version", 1)
  local kind = c:uint(tree, "kind", 1)
  if version ~= VERSION then give_up(SKIPPED, "version " .. version .. " of the messages") end
  if kind >= OTHER_OFFERS.first and kind <= OTHER_OFFERS.last then
    give_up(SKIPPED, "an offer of something that is neither a file nor a stream")
  end
  if not KINDS[kind] or (kind >= 16) ~= by_receiver then give_up(SKIPPED, "an unknown kind") end
  shown.name = KINDS[kind]
  shown.words = (" %08x"):format(c:uint(tree, "transfer", 4))
  if by_receiver then c:uint(tree, "echo", 4) end
  shown.words = shown.words .. (private[KINDS[kind]](c, tree) or "")
end

-- ---------------------------------------------------------------------------------- messages
-- By type and sub-type: `h` reads the header behind the common 8 bytes (and the sub-type's), `p`
-- the payload.
local commands = {}
function commands.FLUSH(h, p, tree, shown)
  shown.words = words_of(position(h, tree))
  extensions(h, tree)
  while p:left() > 0 do p:uint(tree, "node", 4) end
end
function commands.EOT(h, _, tree)
  h:take(3)
  extensions(h, tree)
end
function commands.SQUELCH(h, p, tree, shown)
  shown.words = words_of(position(h, tree))
  extensions(h, tree)
  while p:left() > 0 do p:uint(tree, "object_id", 2) end
end
function commands.CC(h, p, tree)
  h:take(1)
  h:uint(tree, "cc.sequence", 2)
  h:uint(tree, "cc.seconds", 4)
  h:uint(tree, "cc.microseconds", 4)
  extensions(h, tree)
  while p:left() > 0 do
    local _, item = p:uint(tree, "node", 4)
    cc_flags(p, item)
    p:decoded(item, "cc.rtt", 1, rtt_from)
    p:decoded(item, "cc.rate", 2, rate_from)
  end
end
function commands.REPAIR_ADV(h, p, tree, shown)
  tree:add(fields["repair_adv.limit"], h:take(1))
  h:take(2)
  extensions(h, tree)
  shown.words = repair_requests(p, tree)
end
function commands.ACK_REQ(h, p, tree)
  h:take(1)
  h:uint(tree, "ack.type", 1)
  h:uint(tree, "ack.id", 1)
  extensions(h, tree)
  while p:left() > 0 do p:uint(tree, "node", 4) end
end
function commands.APPLICATION(h, p, tree, shown)
  h:take(3)
  extensions(h, tree)
  private_message(p, tree, shown, false)
end

local types = {}
function types.INFO(h, p, tree, shown)
  local fec_id, object = object_head(h, tree)
  extensions(h, tree, fec_id)
  shown.words = (" object %d"):format(object)
  if p:left() > 0 then tree:add_packet_field(fields.info, p:take(p:left()), ENC_UTF_8) end
end
function types.DATA(h, p, tree, shown)
  local fec_id, object = object_head(h, tree)
  local block, symbol = payload_id(h, tree, fec_id)
  shown.words = words_of({object = object, block = block, symbol = symbol})
  extensions(h, tree, fec_id)
  p:bytes(tree, "content", p:left())
end
function types.CMD(h, p, tree, shown)
  sender_word(h, tree)
  local command = COMMANDS[h:uint(tree, "command", 1)]
  if not command then give_up(SKIPPED, "an unknown command") end
  shown.name = "CMD(" .. command .. ")"
  commands[command](h, p, tree, shown)
end
function types.NACK(h, p, tree, shown)
  shown.words = feedback_head(h, tree)
  h:take(2)
  grtt_response(h, tree)
  extensions(h, tree)
  shown.words = shown.words .. repair_requests(p, tree)
end
function types.ACK(h, p, tree, shown)
  shown.words = feedback_head(h, tree)
  local kind = h:uint(tree, "ack.type", 1)
  h:uint(tree, "ack.id", 1)
  grtt_response(h, tree)
  extensions(h, tree)
  if kind == 2 then position(p, tree, true) else p:bytes(tree, "content", p:left()) end
end
function types.REPORT(_, p, tree, shown) private_message(p, tree, shown, true) end

local function message(tvb, tree, shown)
  local size = tvb:reported_len()
  local common = cursor(tvb, 0, size)
  local first = common:take(1)
  if first:uint() == SEALED then
    shown.name = "Sealed"
    if size > 40 then shown.words = (" with the key %04x"):format(tvb:range(2, 2):uint()) end
    return
  end
  tree:add(fields.version, first)
  tree:add(fields.type, first)
  local words = common:uint(tree, "hdr_len", 1)
  common:uint(tree, "sequence", 2)
  local source = common:uint(tree, "source_id", 4)
  if math.floor(first:uint() / 16) ~= 1 then malformed("it is not NORM, version 1") end
  local kind = TYPES[first:uint() % 16]
  if not kind then give_up(SKIPPED, "an unknown type") end
  shown.name = kind
  if source == 0 or source == 0xffffffff then malformed("it comes from node 0 or 0xffffffff") end
  if words < 2 or 4 * words > size then malformed("a header longer than the packet") end
  types[kind](cursor(tvb, 8, 4 * words), cursor(tvb, 4 * words, size), tree, shown)
end

-- Shows one message, and returns words for the Info column.
local function show(tvb, tree)
  local root = tree:add(mcast, tvb())
  local shown = {name = "NORM", words = ""}
  local read, problem = pcall(message, tvb, root, shown)
  if not read and type(problem) ~= "table" then error(problem, 0) end
  root:add(fields.message, shown.name):set_generated()
  local words = shown.name .. shown.words
  if not read then
    root:add_proto_expert_info(problem.mark, problem.why)
    words = ("%s [%s]"):format(words, problem.why)
  end
  root:append_text(": " .. words)
  return words
end

-- Where segmentation is left to the network card, a capture on the sending machine holds a run of
-- DATA as one packet. The next of a run begins as this one does, with the next sequence number.
local function next_of_run(raw, at)
  if raw:byte(at) ~= 0x12 or #raw - at < 16 then return nil end
  local sequence = (256 * raw:byte(at + 2) + raw:byte(at + 3) + 1) % 0x10000
  local head = raw:sub(at, at + 1) .. string.char(math.floor(sequence / 256), sequence % 256) ..
    raw:sub(at + 4, at + 7)
  return raw:find(head, at + 8, true)
end

function mcast.dissector(tvb, pinfo, tree)
  local raw = tvb:len() == tvb:reported_len() and tvb():raw() or ""
  local behind = next_of_run(raw, 1)
  pinfo.cols.protocol = "mcast"
  if not behind then
    pinfo.cols.info = show(tvb, tree)
    return
  end
  local words, count, at = nil, 0, 1
  while at do
    local size = (behind or #raw + 1) - at
    local told = show(tvb:range(at - 1, size):tvb(), tree)
    words, count, at = words or told, count + 1, behind
    behind = at and next_of_run(raw, at)
  end
  pinfo.cols.info = ("%s, and %d more of a run"):format(words, count - 1)
end

-- ---------------------------------------------------------------------------------- where
-- On the ports of the preference, and on any other from the first private message on.
mcast.prefs.ports = Pref.range("UDP ports", "7701-7716",
                               "The group's port, and those on which a sender hears answers", 65535)
local udp_ports = DissectorTable.get("udp.port")
local ports = mcast.prefs.ports
udp_ports:add(ports, mcast)
function mcast.prefs_changed()
  if ports == mcast.prefs.ports then return end
  if ports ~= "" then udp_ports:remove(ports, mcast) end
  ports = mcast.prefs.ports
  if ports ~= "" then udp_ports:add(ports, mcast) end
end

mcast:register_heuristic("udp", function(tvb, pinfo, tree)
  if tvb:len() < 10 then return false end
  local kind, words = tvb:range(0, 1):uint(), tvb:range(1, 1):uint()
  local command = kind == 0x13 and words >= 4 and tvb:len() > 12 and tvb:range(12, 1):uint() == 7
  if not command and (kind ~= 0x16 or words < 2) then return false end
  if not is_private(cursor(tvb, 4 * words, tvb:reported_len())) then return false end
  pinfo.conversation = mcast
  mcast.dissector(tvb, pinfo, tree)
  return true
end)
