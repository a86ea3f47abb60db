// SPDX-License-Identifier: MIT
#include "protocol/receive/valid_offer.hpp"

#include "core_harness.hpp"
#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::protocol;
using namespace mcast::protocol::test;

namespace {

wire::Offer sane() {
    static const FakeSender sender;
    wire::Offer offer = sender.offer_message(0);
    offer.name = "file";
    offer.host = "host";
    return offer;
}

template <typename Change>
bool valid_with(Change&& change) {
    wire::Offer offer = sane();
    change(offer);
    return validate(offer).has_value();
}

}  // namespace

TEST_CASE("an offer of something that there cannot be is not valid", "[protocol][hostile]") {
    CHECK(validate(sane()));
    CHECK(validate(sane())->object == ten_by_ten(4));
    CHECK(valid_with([](wire::Offer& o) { o.object_size = 0; }));
    CHECK_FALSE(valid_with([](wire::Offer& o) { o.segment_size = 0; }));
    CHECK_FALSE(valid_with([](wire::Offer& o) { o.block_size = 0; }));
    CHECK_FALSE(valid_with([](wire::Offer& o) { o.parity = 250; }));
    CHECK_FALSE(valid_with([](wire::Offer& o) { o.object_size = 1ULL << 60; }));
    CHECK_FALSE(valid_with([](wire::Offer& o) { o.chunk_size = 0; }));
}

TEST_CASE("chunks are neither too many nor too large", "[protocol][hostile]") {
    const auto chunks = [](ByteCount size, std::uint32_t chunk) {
        return valid_with([&](wire::Offer& o) {
            o.segment_size = 60'000;
            o.block_size = 128;
            o.object_size = size;
            o.chunk_size = chunk;
        });
    };
    CHECK(chunks(1ULL << 34, 1 << 20));
    CHECK_FALSE(chunks(1ULL << 34, 1 << 16));  // 262144 of them
    CHECK(chunks(1000, 16 << 20));
    CHECK_FALSE(chunks(1ULL << 30, 256 << 20));  // four of which would be held in memory
    CHECK(chunks(1ULL << 40, 64 << 20));         // what our sender makes of so much
}

TEST_CASE("an offer that cannot be taken is passed over with a word, once a transfer",
          "[protocol][hostile]") {
    ReceiverTalk talk;
    FakeSender sender;
    FakeSender bad{.node = NodeId{9}, .transfer = 9};
    bad.object.block_size = 250;
    bad.object.parity = 5;
    for (int i = 0; i < 3; ++i) {
        auto message = bad.offer_message(0);
        message.chunk_size = 1;
        message.object_size = 1 << 20;
        talk.hear(bad.application(bytes_of(message)));
    }
    CHECK(talk.count(ReceiverEvent::Kind::warning) == 1);
    talk.accepts = false;
    FakeSender odd{.node = NodeId{8}, .transfer = 8, .name = ".bashrc"};
    talk.hear(odd.offer());
    REQUIRE(talk.count(ReceiverEvent::Kind::offered) == 1);
    talk.core().skip("it begins with a dot");
    talk.settle();
    for (int i = 0; i < 3; ++i) talk.hear(odd.offer());
    CHECK(talk.count(ReceiverEvent::Kind::offered) == 1);
    CHECK(talk.count(ReceiverEvent::Kind::warning) == 2);
    talk.hear(sender.offer());
    CHECK(talk.count(ReceiverEvent::Kind::offered) == 2);
    CHECK(talk.core().offer().sender == kSenderNode);
}

TEST_CASE("an offer that cannot be taken hides none of the same transfer from another address",
          "[protocol][hostile]") {
    ReceiverTalk talk;
    FakeSender sender;
    auto senseless = sender.offer_message(0);
    senseless.chunk_size = 1;
    senseless.object_size = 1 << 20;
    const Origin usual = std::exchange(talk.from, {.low = 0x666, .port = 6});
    SECTION("one of no sense") {
        talk.hear(sender.application(bytes_of(senseless)));
    }
    SECTION("one of a name that is not taken") {
        talk.accepts = false;
        talk.hear(sender.offer());
        talk.core().skip("it begins with a dot");
        talk.accepts = true;
        talk.settle();
    }
    CHECK(talk.count(ReceiverEvent::Kind::warning) == 1);
    talk.from = usual;
    join(talk, sender);
    CHECK(talk.count(ReceiverEvent::Kind::joined) == 1);
}
