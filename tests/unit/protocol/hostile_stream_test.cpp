// SPDX-License-Identifier: MIT
// A receiver of a stream, and what anybody can say in the sender's name.
#include <algorithm>

#include "core_harness.hpp"
#include "protocol/receive/valid_offer.hpp"
#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::protocol;
using namespace mcast::protocol::test;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

constexpr std::uint32_t kChunk = 64 << 10;

FakeSender stream_sender() {
    FakeSender sender;
    sender.object = stream_of_tens();
    sender.digest.chunk_size = kChunk;
    return sender;
}

wire::Offer stream_offer() {
    static const FakeSender sender = stream_sender();
    return sender.offer_message(0);
}

template <typename Change>
bool valid_with(Change&& change) {
    wire::Offer offer = stream_offer();
    change(offer);
    return validate(offer).has_value();
}

/// Four blocks, the last of half a symbol, and the end of the stream.
void rest_of_stream(ReceiverTalk& talk, FakeSender& sender) {
    sender.object = stream_of_tens(30'500);
    talk.hear(sender.digests(0, 1));
    for (std::uint32_t b = 0; b < 3; ++b)
        for (std::uint16_t s = 0; s < 10; ++s) talk.hear(sender.data(b, s));
    for (int i = 0; i < 2; ++i) talk.hear(sender.offer(wire::kOfferStarted));
    talk.hear(sender.data(3, 0));
}

}  // namespace

TEST_CASE("an offer of a stream names content without the headers, and no end",
          "[protocol][hostile][stream]") {
    const auto valid = validate(stream_offer());
    REQUIRE(valid);
    CHECK(valid->object == stream_of_tens());
    CHECK(valid->object.open());
    wire::Offer ended = stream_offer();
    ended.object_size = 12'345;
    CHECK(validate(ended)->object == stream_of_tens(12'345));
}

TEST_CASE("an offer of a stream that there cannot be is not valid", "[protocol][hostile][stream]") {
    CHECK_FALSE(valid_with([](wire::Offer& o) { o.segment_size = 8; }));
    CHECK(valid_with([](wire::Offer& o) {
        o.segment_size = 9;
        o.chunk_size = kChunk;
    }));
    CHECK_FALSE(valid_with([](wire::Offer& o) { o.block_size = 0; }));
    CHECK(valid_with([](wire::Offer& o) { o.object_size = stream_of_tens().size; }));
    CHECK_FALSE(valid_with([](wire::Offer& o) { o.object_size = stream_of_tens().size + 1; }));
}

TEST_CASE("the chunks of a stream are neither small nor large, nor too many",
          "[protocol][hostile][stream]") {
    const auto chunks = [](std::uint16_t segment, std::uint32_t chunk) {
        return valid_with([&](wire::Offer& o) {
            o.segment_size = segment;
            o.block_size = 128;
            o.chunk_size = chunk;
        });
    };
    CHECK(chunks(500, kChunk));
    CHECK_FALSE(chunks(500, kChunk - 1));
    CHECK(chunks(500, 16 << 20));
    CHECK_FALSE(chunks(500, (16 << 20) + 1));
    CHECK_FALSE(chunks(1400, kChunk));  // 46 million, should all come
    CHECK(chunks(1400, 2 << 20));
    CHECK(chunks(65'000, 16 << 20));
}

TEST_CASE("a forged symbol far ahead does not keep a stream from its end",
          "[protocol][hostile][stream]") {
    for (const std::uint16_t esi : std::initializer_list<std::uint16_t>{0, 9, 10}) {
        INFO("symbol " << esi);
        ReceiverTalk talk;
        FakeSender sender = stream_sender();
        join(talk, sender);
        REQUIRE(talk.core().offer().object.open());
        talk.hear(sender.data(9'000'000, esi));
        talk.hear(sender.data(4, esi));
        rest_of_stream(talk, sender);
        talk.hear(sender.flush());
        talk.pass(seconds(1));
        CHECK(talk.count(Order::Kind::finish) == 1);
    }
}

TEST_CASE("nothing beyond the end of a stream is asked for", "[protocol][hostile][stream]") {
    ReceiverTalk talk;
    FakeSender sender = stream_sender();
    join(talk, sender);
    talk.hear(sender.data(0, 0));
    talk.hear(sender.data(9'000'000, 0));
    sender.object = stream_of_tens(30'500);
    for (int i = 0; i < 2; ++i) talk.hear(sender.offer(wire::kOfferStarted));
    talk.sent.clear();
    talk.hear(sender.flush());
    talk.pass(seconds(2));
    const auto requests = talk.sent.requests();
    REQUIRE_FALSE(requests.empty());
    for (const auto& request : requests) CHECK(request.last.id.block <= 3);
}

TEST_CASE("an expected size is told with the offer, and is believed in nothing",
          "[protocol][hostile][stream]") {
    const auto hint = GENERATE(std::uint64_t{1}, std::uint64_t{25'000}, UINT64_MAX);
    ReceiverTalk talk;
    FakeSender sender = stream_sender();
    wire::Offer offer = sender.offer_message(0);
    offer.size_hint = hint;
    Buffer payload(1000);
    payload.resize(offer.serialize(payload));
    talk.hear(sender.application(payload));
    CHECK(talk.core().offer().size_hint == hint);
    CHECK(talk.core().offer().object.open());
    rest_of_stream(talk, sender);
    CHECK(talk.core().offer().object.size == 30'500);
}

TEST_CASE("one forged offer does not end a stream", "[protocol][hostile][stream]") {
    for (const ByteCount size : std::initializer_list<ByteCount>{0, 10'000, 30'500}) {
        INFO("size " << size);
        ReceiverTalk talk;
        FakeSender sender = stream_sender();
        join(talk, sender);
        sender.object = stream_of_tens(size);
        talk.hear(sender.offer(wire::kOfferStarted));
        sender.object = stream_of_tens();
        talk.hear(sender.offer(wire::kOfferStarted));
        CHECK(talk.core().offer().object.open());
        rest_of_stream(talk, sender);
        CHECK(talk.core().offer().object.size == 30'500);
        CHECK(talk.count(Order::Kind::finish) == 1);
    }
}

TEST_CASE("a file's sender cannot make a stream of it, nor a stream's a file",
          "[protocol][hostile][stream]") {
    ReceiverTalk talk;
    FakeSender sender;
    join(talk, sender);
    auto liar = sender;
    liar.object = stream_of_tens(20'000);
    for (int i = 0; i < 3; ++i) talk.hear(liar.offer(wire::kOfferStarted));
    CHECK(talk.core().offer().object == ten_by_ten(4));
    CHECK(talk.result() == "running");
}

TEST_CASE("zeros that a stranger tells of a stream are taken a bounded way ahead",
          "[protocol][hostile]") {
    ReceiverTalk talk;
    FakeSender sender = stream_sender();
    join(talk, sender);
    talk.hear(sender.zeros({{0, UINT32_MAX}}));
    CHECK(talk.core().bytes_done() > 0);
    CHECK(talk.core().bytes_done() <= (ByteCount{4} << 30) + 20'000);
}
