// SPDX-License-Identifier: MIT
#include "session/receive/failure_text.hpp"

#include <fmt/format.h>

#include "session/silence_words.hpp"

namespace mcast::session {
namespace {

using protocol::OfferFault;
using protocol::ReceiverError;
using protocol::ReceiverNotice;

// The sender waits for this receiver no more, in the words of the receiver.
std::string given_up_text(ErrorCode reason) {
    const std::string text = "the sender gave this receiver up: ";
    if (reason == ErrorCode::receiver_lost)
        return text + "it fell silent for longer than the sender's --timeout";
    if (reason == ErrorCode::timed_out)
        return text + "nothing moved here for longer than the sender's --timeout";
    return text + std::string(error_info(reason).meaning);
}

std::string other_version_text(const ReceiverNotice& notice) {
    const auto [version, kind] = notice.unknown;
    const bool older = version < wire::kPrivateVersion;
    return fmt::format(
        "node {} offers something by {} mcast, {}: {} has to be updated", to_hex(notice.node),
        older ? "an older" : "a newer",
        version == wire::kPrivateVersion
            ? "of a kind that this one does not know"
            : fmt::format("protocol {} where this one speaks {}", version, wire::kPrivateVersion),
        older ? "it" : "this one");
}

std::string fault_text(const OfferFault& fault) {
    using Kind = OfferFault::Kind;
    switch (fault.kind) {
        case Kind::segment_size:
            return "its packets are empty";
        case Kind::block_size:
            return fmt::format("blocks of {} symbols with {} for repair", fault.block_size,
                               fault.parity);
        case Kind::object_size:
            return "no file is that large";
        case Kind::block_count:
            return "it has more blocks than can be kept account of";
        case Kind::chunk_size:
            return fmt::format("chunks of {} bytes", fault.chunk_size);
    }
    return {};
}

std::string offer_text(const ReceiverNotice& notice, const std::string& what) {
    return fmt::format("the offer of \"{}\" by node {} is {}", notice.name, to_hex(notice.node),
                       what);
}

}  // namespace

std::string failure_text(const ReceiverError& error) {
    using Why = ReceiverError::Why;
    switch (error.why) {
        case Why::given:
            return error.message;
        case Why::no_offer:
            return "nothing was offered in time";
        case Why::not_begun:
            return "joined, but the transfer did not begin in time";
        case Why::silent:
            return "nothing was heard from the sender for " + seconds_text(error.silence);
        case Why::stands_still:
            return "the sender is there, but nothing new came";
        case Why::output_full:
            return "the reader of the output stands still";
        case Why::wrong_content:
            return "what came does not match its digest, and nothing came that does";
        case Why::wrong_chunk:
            return fmt::format("chunk {} does not match its digest, though it was fetched {} times",
                               error.chunk, error.count);
        case Why::other_digest:
            return "what was verified here is not what the sender has sent: the digests of the "
                   "whole differ";
        case Why::given_up:
            return given_up_text(error.reason);
        case Why::detached:
            return "detached by the sender's operator, or as too slow for the others";
        case Why::left_out:
            return "the sender ended without waiting for this receiver";
        case Why::refused:
            return "the sender takes no more receivers";
        case Why::joined_late:
            return "the beginning of the stream is gone: it began before this receiver was there";
        case Why::node_taken:
            return fmt::format(
                "another machine takes part with node id {}: give this one another --node-id, or "
                "none",
                to_hex(error.node));
        case Why::sender_cancelled:
            return "ended by the sender: " + error.message;
        case Why::sender_failed:
            return fmt::format("the sender gave up: {} ({})", error.message,
                               error_info(error.reason).name);
    }
    return {};
}

Error to_error(const ReceiverError& error) {
    return {error.code, error.system, failure_text(error)};
}

std::string notice_text(const ReceiverNotice& notice) {
    using Kind = ReceiverNotice::Kind;
    switch (notice.kind) {
        case Kind::nothing:
            break;
        case Kind::other_version:
            return other_version_text(notice);
        case Kind::received_before:
            return fmt::format(
                "{} was received here already, by session {}, and is not taken again: waiting for "
                "another transfer",
                notice.name, notice.session);
        case Kind::senseless:
            return offer_text(notice, "not taken: it makes no sense: " + fault_text(notice.fault));
        case Kind::skipped:
            return offer_text(notice, "not taken: " + notice.why);
        case Kind::plain_sender:
            return fmt::format(
                "node {} is a plain NORM sender, which is taken only with --plain: nothing vouches "
                "for what it sends",
                to_hex(notice.node));
        case Kind::plain_stream:
            return fmt::format(
                "node {} is a plain NORM sender of a stream: only files are taken from plain ones",
                to_hex(notice.node));
        case Kind::unverified:
            return "the sender is a plain NORM one: it offers no digest, so what is received "
                   "cannot be verified";
        case Kind::unanswered:
            return offer_text(notice,
                              "passed over: nobody answers the join" +
                                  (notice.why.empty() ? std::string()
                                                      : "; it could not be taken: " + notice.why));
    }
    return {};
}

}  // namespace mcast::session
