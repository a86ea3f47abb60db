// SPDX-License-Identifier: MIT
// A NORM sender that knows nothing of our extensions.
#include <string>

#include "core_harness.hpp"
#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::protocol;
using namespace mcast::protocol::test;
using std::chrono::milliseconds;
using std::chrono::seconds;
using Kind = ReceiverEvent::Kind;

namespace {

/// INFO, then data with FTI: it is offered and taken.
void begin(ReceiverTalk& talk, FakeSender& sender) {
    talk.hear(sender.info());
    talk.hear(sender.data(0, 0, 0, true));
}

void send_all(ReceiverTalk& talk, FakeSender& sender) {
    for (std::uint32_t b = 0; b < 4; ++b)
        for (std::uint16_t s = 0; s < 10; ++s) talk.hear(sender.data(b, s, 0, true));
}

}  // namespace

TEST_CASE("data that carries its own geometry comes from a plain sender", "[protocol][receiver]") {
    ReceiverTalk talk;
    FakeSender sender;
    talk.hear(sender.info());
    CHECK(talk.count(Kind::offered) == 0);  // our own senders send INFO as well
    talk.hear(sender.data(0, 0, 0, true));
    REQUIRE(talk.count(Kind::offered) == 1);
    CHECK(talk.core().offer().plain);
    CHECK(talk.core().offer().name == "file");
    CHECK(talk.core().offer().object == sender.object);
    CHECK(talk.count(Kind::warning) == 1);
}

TEST_CASE("a sender that stays without an offer is a plain one", "[protocol][receiver]") {
    ReceiverTalk talk;
    FakeSender sender;
    talk.hear(sender.info());
    talk.hear(sender.data(0, 0));
    talk.pass(seconds(1));
    CHECK(talk.count(Kind::offered) == 0);
    talk.pass(seconds(1));
    CHECK(talk.count(Kind::offered) == 1);
    CHECK(talk.core().offer().plain);
}

TEST_CASE("an empty file of a plain sender is an INFO alone", "[protocol][receiver]") {
    ReceiverTalk talk;
    FakeSender sender;
    sender.object.size = 0;
    talk.hear(sender.info());
    talk.pass(seconds(2));
    CHECK(talk.count(Kind::offered) == 1);
    CHECK(talk.count(Order::Kind::finish) == 1);
    talk.pass(seconds(2));
    CHECK(talk.result() == "success");
}

TEST_CASE("INFO that was lost is asked for, of the right address and seldom",
          "[protocol][receiver]") {
    ReceiverTalk talk;
    FakeSender sender;
    for (int i = 0; i < 100; ++i) {
        talk.hear(sender.data(0, 0, 0, true));
        CHECK(talk.heard_sender);  // the driver knows where a NACK has to go
        talk.pass(milliseconds(1));
    }
    CHECK(talk.sent.requests() == std::vector{ask_info()});
    talk.pass(seconds(2));
    CHECK(talk.sent.requests().size() == 3);
    CHECK(talk.count(Kind::offered) == 0);
    talk.hear(sender.info());
    CHECK(talk.count(Kind::offered) == 1);
}

TEST_CASE("a plain object without INFO gets a name of its own", "[protocol][receiver]") {
    ReceiverTalk talk;
    FakeSender sender;
    auto data = sender.data_message(0, 0);
    data.flags = wire::kFlagFile;
    data.fti = wire::Fti{40'000, 1000, 10, 10};
    talk.hear(bytes_of(data));
    REQUIRE(talk.count(Kind::offered) == 1);
    CHECK(talk.core().offer().name == "norm-f0000001-0007");
}

TEST_CASE("a plain sender whose file has another name does not keep us from the right one",
          "[protocol][receiver]") {
    auto config = ReceiverTalk::receiver_config();
    config.wanted_name = "right";
    ReceiverTalk talk(config);
    FakeSender wrong{.node = NodeId{5}, .name = "wrong"};
    FakeSender right{.name = "right"};
    begin(talk, wrong);
    talk.pass(seconds(3));
    CHECK(talk.count(Kind::offered) == 0);
    begin(talk, right);
    CHECK(talk.count(Kind::offered) == 1);
    CHECK(talk.core().offer().sender == kSenderNode);
}

TEST_CASE("a plain sender that starts anew before we took it is taken as it is now",
          "[protocol][receiver]") {
    ReceiverTalk talk;
    FakeSender sender;
    talk.hear(sender.info());
    sender.instance = InstanceId{0x9999};
    begin(talk, sender);
    REQUIRE(talk.count(Kind::offered) == 1);
    CHECK(talk.placed(sender.data(0, 1, 0, true)) == Placement::Kind::source);
}

TEST_CASE("a file from a plain sender is complete when all of it is there",
          "[protocol][receiver]") {
    ReceiverTalk talk;
    FakeSender sender;
    begin(talk, sender);
    send_all(talk, sender);
    CHECK(talk.count(Order::Kind::verify) == 0);
    CHECK(talk.count(Order::Kind::finish) == 1);
    talk.pass(seconds(2));
    CHECK(talk.result() == "success");
    CHECK(talk.sent.all_private<wire::Join>().empty());
    CHECK(talk.sent.all_private<wire::Report>().empty());
}

TEST_CASE("a watermark is acknowledged when all is there, and not before", "[protocol][receiver]") {
    ReceiverTalk talk;
    FakeSender sender;
    begin(talk, sender);
    talk.hear(sender.flush({kReceiverNode}));
    CHECK(talk.sent.all<wire::Ack>().empty());
    send_all(talk, sender);
    talk.hear(sender.flush({NodeId{99}}));
    CHECK(talk.sent.all<wire::Ack>().empty());
    talk.hear(sender.flush({kReceiverNode}));
    const auto acks = talk.sent.all<wire::Ack>();
    REQUIRE(acks.size() == 1);
    CHECK(acks[0].type == wire::kAckFlush);
    const auto position = wire::FlushPosition::parse(acks[0].payload);
    REQUIRE(position);
    CHECK(position->id == wire::PayloadId{3, 9, 0});
}

TEST_CASE("a watermark that comes while the file is still being opened is not acknowledged",
          "[protocol][receiver]") {
    ReceiverTalk talk;
    talk.accepts = false;
    FakeSender sender;
    begin(talk, sender);
    REQUIRE(talk.count(Kind::offered) == 1);
    talk.hear(sender.flush({kReceiverNode}));
    CHECK(talk.sent.all<wire::Ack>().empty());
}

TEST_CASE("a plain sender that repeats its watermark finds us still there",
          "[protocol][receiver]") {
    ReceiverTalk talk;
    FakeSender sender;
    begin(talk, sender);
    send_all(talk, sender);
    for (int i = 0; i < 6; ++i) {
        talk.pass(milliseconds(500));
        CHECK(talk.result() == "running");
        talk.hear(sender.flush({kReceiverNode}));
    }
    talk.pass(seconds(2));
    CHECK(talk.sent.all<wire::Ack>().size() == 6);
    CHECK(talk.result() == "success");
}

TEST_CASE("a plain sender's probes are answered, with the time they were held",
          "[protocol][receiver]") {
    ReceiverTalk talk;
    FakeSender sender;
    begin(talk, sender);
    talk.hear(sender.probe({3600, 5}));
    const auto acks = talk.sent.all<wire::Ack>();
    REQUIRE(acks.size() == 1);
    CHECK(acks[0].type == wire::kAckCc);
    CHECK(acks[0].grtt_response == wire::Timestamp{3600, 5});
    CHECK(acks[0].cc);
}

TEST_CASE("our own sender's probes are not answered one by one", "[protocol][receiver]") {
    ReceiverTalk talk;
    FakeSender sender;
    join(talk, sender);
    talk.sent.clear();
    talk.hear(sender.probe({3600, 0}));
    CHECK(talk.sent.size() == 0);
    talk.pass(milliseconds(200));
    CHECK(talk.sent.all<wire::Ack>().empty());
    const auto reports = talk.sent.all_private<wire::Report>();
    REQUIRE_FALSE(reports.empty());
    CHECK(reports[0].echo != 0);  // they carry the answer
}

TEST_CASE("private messages mean nothing with a plain sender", "[protocol][receiver]") {
    ReceiverTalk talk;
    FakeSender sender;
    begin(talk, sender);
    talk.hear(sender.end());
    talk.hear(sender.receiver_states(kReceiverNode, wire::ReceiverState::detached));
    CHECK(talk.result() == "running");
}
