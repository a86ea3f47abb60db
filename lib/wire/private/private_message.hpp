// SPDX-License-Identifier: MIT
#pragma once

#include <variant>

#include "wire/private/app_digests.hpp"
#include "wire/private/app_end.hpp"
#include "wire/private/app_offer.hpp"
#include "wire/private/app_receiver_states.hpp"
#include "wire/private/app_zeros.hpp"
#include "wire/private/reply_digest_request.hpp"
#include "wire/private/reply_done.hpp"
#include "wire/private/reply_join.hpp"
#include "wire/private/reply_report.hpp"

namespace mcast::wire {

/// The messages of our senders in CMD(APPLICATION).
using SenderMessage = std::variant<Offer, ReceiverStates, Digests, Zeros, End>;
/// The messages of our receivers in NORM_REPORT. Each has `transfer`, which names the addressee,
/// and `echo`, the GRTT response.
using ReceiverMessage = std::variant<Join, Report, DigestRequest, Done>;

/// Errors as of the messages' own parse(); is_skippable() tells those of other implementations
/// apart.
[[nodiscard]] Parsed<SenderMessage> parse_sender_message(Bytes payload);
[[nodiscard]] Parsed<ReceiverMessage> parse_receiver_message(Bytes payload);

}  // namespace mcast::wire
