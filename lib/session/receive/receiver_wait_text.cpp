// SPDX-License-Identifier: MIT
#include "session/receive/receiver_wait_text.hpp"

#include <string_view>

#include "session/silence_words.hpp"

namespace mcast::session {
namespace {

std::string_view what(protocol::ReceiverWait::Kind kind, bool command) {
    using Kind = protocol::ReceiverWait::Kind;
    switch (kind) {
        case Kind::nothing:
            break;
        case Kind::offer:
            return "an offer";
        case Kind::begin:
            return "the sender to begin";
        case Kind::sender:
            return "the sender";
        case Kind::others:
            return "faster receivers to be served first";
        case Kind::repairs:
            return "repairs";
        case Kind::disk:
            return command ? "the command to end" : "the disk";
        case Kind::reader:
            return command ? "the command to read" : "the reader of the output";
        case Kind::confirmation:
            return "the sender to confirm";
    }
    return {};
}

}  // namespace

std::string wait_text(const protocol::ReceiverWait& wait, Duration limit, bool command) {
    if (wait.kind == protocol::ReceiverWait::Kind::nothing) return {};
    std::string text = "waiting for ";
    text += what(wait.kind, command);
    if (wait.silence > Duration::zero()) text += ", " + silence_text(wait.silence, limit);
    return text;
}

}  // namespace mcast::session
