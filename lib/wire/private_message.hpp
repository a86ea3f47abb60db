// SPDX-License-Identifier: MIT
#pragma once

#include <variant>

#include "wire/ack_digest_request.hpp"
#include "wire/ack_join.hpp"
#include "wire/ack_report.hpp"
#include "wire/app_digests.hpp"
#include "wire/app_end.hpp"
#include "wire/app_offer.hpp"
#include "wire/app_roll.hpp"

namespace mcast::wire {

/// What our senders put into CMD(APPLICATION).
using SenderMessage = std::variant<Offer, Roll, Digests, End>;
/// What our receivers put into ACKs of the types 16 to 18.
using ReceiverMessage = std::variant<Join, Report, DigestRequest>;

/// Errors as of the messages' own parse(); is_skippable() tells those of strangers apart.
[[nodiscard]] Parsed<SenderMessage> parse_sender_message(Bytes payload);
/// The type of the ACK must be the kind of the message; unknown_kind otherwise.
[[nodiscard]] Parsed<ReceiverMessage> parse_receiver_message(std::uint8_t ack_type, Bytes payload);

}  // namespace mcast::wire
