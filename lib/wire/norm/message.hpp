// SPDX-License-Identifier: MIT
#pragma once

#include <variant>

#include "wire/norm/ack.hpp"
#include "wire/norm/cmd_app.hpp"
#include "wire/norm/cmd_cc.hpp"
#include "wire/norm/cmd_flush.hpp"
#include "wire/norm/cmd_repair_adv.hpp"
#include "wire/norm/cmd_squelch.hpp"
#include "wire/norm/data.hpp"
#include "wire/norm/info.hpp"
#include "wire/norm/nack.hpp"
#include "wire/norm/norm_report.hpp"
#include "wire/norm/quantize.hpp"
#include "wire/norm/repair_request.hpp"

/// NORM messages (RFC 5740) to and from bytes. Parsing allocates nothing: lists, payloads and texts
/// are views into the datagram, which must outlive the message. A parsed message is well-formed,
/// but not trusted: the protocol checks whether ids, sizes and positions fit the session.
namespace mcast::wire {

using Message = std::variant<Info, Data, CmdFlush, CmdEot, CmdSquelch, CmdCc, CmdRepairAdv,
                             CmdAckReq, CmdApplication, Nack, Ack, NormReport>;

/// Parses any message. Use parse_data() first if most of them are DATA.
[[nodiscard]] Parsed<Message> parse(Bytes datagram);

}  // namespace mcast::wire
