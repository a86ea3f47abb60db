// SPDX-License-Identifier: MIT
#include "session/receive/failure_text.hpp"
#include "support/catch.hpp"
#include "wire/private/private_head.hpp"

using namespace mcast;
using namespace mcast::session;
using protocol::OfferFault;
using protocol::ReceiverError;
using protocol::ReceiverNotice;
using std::chrono::seconds;
using Why = ReceiverError::Why;
using Kind = ReceiverNotice::Kind;

namespace {

constexpr NodeId kNode{0x0a000001};

std::string senseless(const OfferFault& fault) {
    return notice_text({.kind = Kind::senseless, .node = kNode, .name = "file", .fault = fault});
}

std::string other_version(std::uint8_t version) {
    return notice_text(
        {.kind = Kind::other_version, .node = kNode, .unknown = {.version = version, .kind = 8}});
}

}  // namespace

TEST_CASE("an error of the driver keeps its words", "[session][receiver_failure]") {
    const Error full{ErrorCode::no_space, 28, "the disk is full"};
    CHECK(to_error(ReceiverError::of(full)) == full);
}

TEST_CASE("a failure of the receiver is told in a sentence", "[session][receiver_failure]") {
    CHECK(failure_text({.why = Why::no_offer}) == "nothing was offered in time");
    CHECK(failure_text({.why = Why::not_begun}) ==
          "joined, but the transfer did not begin in time");
    CHECK(failure_text({.why = Why::silent, .silence = seconds(30)}) ==
          "nothing was heard from the sender for 30 s");
    CHECK(failure_text({.why = Why::stands_still}) == "the sender is there, but nothing new came");
    CHECK(failure_text({.why = Why::output_full}) == "the reader of the output stands still");
    CHECK(failure_text({.why = Why::wrong_content}) ==
          "what came does not match its digest, and nothing came that does");
    CHECK(failure_text({.why = Why::wrong_chunk, .chunk = 3, .count = 16}) ==
          "chunk 3 does not match its digest, though it was fetched 16 times");
    CHECK(failure_text({.why = Why::other_digest}) ==
          "what was verified here is not what the sender has sent: the digests of the whole "
          "differ");
    CHECK(failure_text({.why = Why::node_taken, .node = kNode}) ==
          "another machine takes part with node id 0a000001: give this one another --node-id, or "
          "none");
}

TEST_CASE("how the sender ended a receiver is told in a sentence", "[session][receiver_failure]") {
    CHECK(failure_text({.why = Why::given_up, .reason = ErrorCode::receiver_lost}) ==
          "the sender gave this receiver up: it fell silent for longer than the sender's "
          "--timeout");
    CHECK(failure_text({.why = Why::given_up, .reason = ErrorCode::timed_out}) ==
          "the sender gave this receiver up: nothing moved here for longer than the sender's "
          "--timeout");
    CHECK(failure_text({.why = Why::given_up, .reason = ErrorCode::io}) ==
          "the sender gave this receiver up: " + std::string(error_info(ErrorCode::io).meaning));
    CHECK(failure_text({.why = Why::detached}) ==
          "detached by the sender's operator, or as too slow for the others");
    CHECK(failure_text({.why = Why::left_out}) ==
          "the sender ended without waiting for this receiver");
    CHECK(failure_text({.why = Why::refused}) == "the sender takes no more receivers");
    CHECK(failure_text({.why = Why::sender_cancelled, .message = "not today"}) ==
          "ended by the sender: not today");
    CHECK(
        failure_text({.why = Why::sender_failed, .message = "bad disk", .reason = ErrorCode::io}) ==
        "the sender gave up: bad disk (io)");
}

TEST_CASE("an offer that is not taken is told with its reason", "[session][receiver_notice]") {
    const std::string offer = "the offer of \"file\" by node 0a000001 is ";
    using Fault = OfferFault::Kind;
    CHECK(notice_text({}).empty());
    CHECK(senseless({.kind = Fault::segment_size}) ==
          offer + "not taken: it makes no sense: its packets are empty");
    CHECK(senseless({.kind = Fault::block_size, .block_size = 250, .parity = 5}) ==
          offer + "not taken: it makes no sense: blocks of 250 symbols with 5 for repair");
    CHECK(senseless({.kind = Fault::object_size}) ==
          offer + "not taken: it makes no sense: no file is that large");
    CHECK(senseless({.kind = Fault::block_count}) ==
          offer + "not taken: it makes no sense: it has more blocks than can be kept account of");
    CHECK(senseless({.kind = Fault::chunk_size, .chunk_size = 1}) ==
          offer + "not taken: it makes no sense: chunks of 1 bytes");
    ReceiverNotice notice{
        .kind = Kind::skipped, .node = kNode, .name = "file", .why = "it begins with a dot"};
    CHECK(notice_text(notice) == offer + "not taken: it begins with a dot");
    notice.kind = Kind::unanswered;
    CHECK(notice_text(notice) == offer +
                                     "passed over: nobody answers the join; it could not be taken: "
                                     "it begins with a dot");
    notice.why.clear();
    CHECK(notice_text(notice) == offer + "passed over: nobody answers the join");
}

TEST_CASE("an offer of another version tells which side has to be updated",
          "[session][receiver_notice]") {
    const std::string node = "node 0a000001 offers something by ";
    REQUIRE(wire::kPrivateVersion == 2);
    CHECK(other_version(1) == node +
                                  "an older mcast, protocol 1 where this one speaks 2: it has to "
                                  "be updated");
    CHECK(other_version(3) == node +
                                  "a newer mcast, protocol 3 where this one speaks 2: this one has "
                                  "to be updated");
    CHECK(other_version(2) == node +
                                  "a newer mcast, of a kind that this one does not know: this one "
                                  "has to be updated");
}

TEST_CASE("plain senders, and what was received before, are told", "[session][receiver_notice]") {
    CHECK(notice_text({.kind = Kind::plain_sender, .node = kNode}) ==
          "node 0a000001 is a plain NORM sender, which is taken only with --plain: nothing "
          "vouches for what it sends");
    CHECK(notice_text({.kind = Kind::unverified}) ==
          "the sender is a plain NORM one: it offers no digest, so what is received cannot be "
          "verified");
    CHECK(notice_text({.kind = Kind::received_before, .name = "file", .session = "5f0c2a91"}) ==
          "file was received here already, by session 5f0c2a91, and is not taken again: waiting "
          "for another transfer");
}
