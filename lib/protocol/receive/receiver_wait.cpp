// SPDX-License-Identifier: MIT
#include "protocol/receive/receiver_wait.hpp"

namespace mcast::protocol {
namespace {

using Kind = ReceiverWait::Kind;

// An output that is written in order is full, and the sender pauses.
bool stands_full(const ReceiverParts& parts) {
    return parts.window.limited() && parts.nacks.flushed() &&
           parts.object.blocks().first_incomplete() >= parts.window.end_block();
}

ReceiverWait in_transfer(const ReceiverParts& parts, Duration silence) {
    const BlockTable& blocks = parts.object.blocks();
    if (silence > Duration::zero() && !blocks.all_complete()) return {Kind::sender, silence};
    if (!parts.started) return {Kind::begin};
    if (parts.deferral.active()) return {Kind::others};
    if (stands_full(parts)) return {Kind::reader};
    if (parts.nacks.flushed() && parts.nacks.lacks_passed(blocks)) return {Kind::repairs};
    return {};
}

}  // namespace

ReceiverWait receiver_wait(const ReceiverParts& parts) {
    using Stage = ReceiverStage;
    const Liveness& liveness = parts.liveness;
    const Time now = liveness.now();
    const Duration silence = liveness.silent(now) ? liveness.silence(now) : Duration::zero();
    switch (parts.stage) {
        case Stage::listening:
        case Stage::unanswered:
            return {Kind::offer};
        case Stage::offered:
        case Stage::receiving:
            return in_transfer(parts, silence);
        case Stage::finishing:
            return {Kind::disk};
        case Stage::telling:
            return {Kind::confirmation, silence};
        case Stage::ended:
            break;
    }
    return {};
}

}  // namespace mcast::protocol
