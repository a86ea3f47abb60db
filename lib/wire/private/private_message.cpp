// SPDX-License-Identifier: MIT
#include "wire/private/private_message.hpp"

namespace mcast::wire {

Parsed<SenderMessage> parse_sender_message(Bytes payload) {
    const auto kind = private_kind(payload);
    if (!kind) return std::unexpected(kind.error());
    switch (*kind) {
        case PrivateKind::offer:
        case PrivateKind::stream_offer:
            return Offer::parse(payload);
        case PrivateKind::receiver_states:
            return ReceiverStates::parse(payload);
        case PrivateKind::digests:
            return Digests::parse(payload);
        case PrivateKind::zeros:
            return Zeros::parse(payload);
        case PrivateKind::end:
            return End::parse(payload);
        default:
            return std::unexpected(ParseError::unknown_kind);
    }
}

Parsed<ReceiverMessage> parse_receiver_message(Bytes payload) {
    const auto kind = private_kind(payload);
    if (!kind) return std::unexpected(kind.error());
    switch (*kind) {
        case PrivateKind::join:
            return Join::parse(payload);
        case PrivateKind::report:
            return Report::parse(payload);
        case PrivateKind::digest_request:
            return DigestRequest::parse(payload);
        case PrivateKind::done:
            return Done::parse(payload);
        default:
            return std::unexpected(ParseError::unknown_kind);
    }
}

}  // namespace mcast::wire
