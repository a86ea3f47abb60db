// SPDX-License-Identifier: MIT
#pragma once

#include <variant>

#include "wire/ack.hpp"
#include "wire/cmd_app.hpp"
#include "wire/cmd_cc.hpp"
#include "wire/cmd_flush.hpp"
#include "wire/cmd_repair_adv.hpp"
#include "wire/cmd_squelch.hpp"
#include "wire/data.hpp"
#include "wire/info.hpp"
#include "wire/nack.hpp"
#include "wire/norm_report.hpp"
#include "wire/private_message.hpp"
#include "wire/quantize.hpp"
#include "wire/repair_request.hpp"

/// NORM messages (RFC 5740) to and from bytes. Parsing allocates nothing: lists, payloads and texts
/// are views into the datagram, which must outlive the message. What was parsed is well-formed, not
/// true: whether ids, sizes and positions fit the session is for the protocol to judge.
namespace mcast::wire {

using Message = std::variant<Info, Data, CmdFlush, CmdEot, CmdSquelch, CmdCc, CmdRepairAdv,
                             CmdAckReq, CmdApplication, Nack, Ack, NormReport>;

/// Any message. Use parse_data() first where most of them are DATA.
[[nodiscard]] Parsed<Message> parse(Bytes datagram);

}  // namespace mcast::wire
