// SPDX-License-Identifier: MIT
// What a trace tells of both cores.
#include <algorithm>
#include <string>
#include <vector>

#include "core_harness.hpp"
#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::protocol;
using namespace mcast::protocol::test;

namespace {

/// Keeps a line for each event: its texts are valid during the call only.
class Lines final : public trace::Sink {
  public:
    void record(Time, const trace::Event& event) override {
        lines.push_back(std::visit([](const auto& e) { return text(e); }, event));
    }
    [[nodiscard]] auto count(const std::string& line) const {
        return std::ranges::count(lines, line);
    }

    std::vector<std::string> lines;

  private:
    static std::string text(const trace::PacketsSent& e) {
        return "sent " + std::string(e.kind) + " " + std::to_string(e.packets);
    }
    static std::string text(const trace::MessageHeard& e) {
        return "heard " + std::string(e.kind) + " " + to_hex(e.node);
    }
    static std::string text(const trace::PacketDropped& e) {
        return "dropped " + std::string(e.reason) + " " + std::to_string(e.bytes);
    }
    static std::string text(const trace::RepairRequested& e) {
        return "wanted " + to_hex(e.node) + " " + std::to_string(e.ranges) + " from " +
               std::to_string(e.block);
    }
    static std::string text(const trace::EpochJudged&) { return "epoch"; }
    static std::string text(const trace::ModeChanged&) { return "mode"; }
    static std::string text(const trace::StageReached& e) {
        return "stage " + std::string(e.stage) + " " + std::string(e.reason);
    }
    static std::string text(const trace::ReceiverChanged& e) {
        return "receiver " + std::string(e.change) + " " + std::string(e.reason);
    }
    static std::string text(const trace::OfferRefused& e) {
        return "refused " + to_hex(e.node) + " " + std::string(e.reason);
    }
    static std::string text(const trace::ChunkVerified& e) {
        return "chunk " + std::to_string(e.chunk) + (e.good ? " good" : " bad");
    }
};

SenderTalk traced_sender(Lines& lines, std::optional<DataRate> rate) {
    SenderConfig config = sender_config();
    config.trace = trace::Trace(&lines);
    config.rate = rate;
    return SenderTalk(config);
}

ReceiverTalk traced_receiver(Lines& lines) {
    ReceiverConfig config = ReceiverTalk::receiver_config();
    config.trace = trace::Trace(&lines);
    return ReceiverTalk(config);
}

}  // namespace

TEST_CASE("a sender's trace has what it sends, hears and makes of it", "[protocol][trace]") {
    Lines lines;
    SenderTalk talk = traced_sender(lines, DataRate::bits_per_second(1e9));
    const FakeReceiver receiver;
    talk.hear(receiver.join());
    send_all(talk);
    talk.hear(receiver.verified());
    CHECK(lines.count("sent offer 1") >= 1);
    CHECK(lines.count("heard join 0a000001") == 1);
    CHECK(lines.count("receiver joined ") == 1);
    CHECK(lines.count("stage started ") == 1);
    CHECK(std::ranges::any_of(lines.lines,
                              [](const auto& line) { return line.starts_with("sent data "); }));
    CHECK(lines.count("heard progress_report 0a000001") == 1);
    CHECK(lines.count("receiver success ") == 1);
}

TEST_CASE("a sender's trace names whom it drops, and who asks for repairs", "[protocol][trace]") {
    Lines lines;
    SenderTalk talk = traced_sender(lines, DataRate::bits_per_second(1e9));
    const FakeReceiver receiver;
    talk.hear(receiver.join());
    send_all(talk);
    talk.hear({1, 2, 3});
    CHECK(lines.count("dropped truncated 3") == 1);
    hear_from(talk, kStranger, receiver.report({}));
    CHECK(std::ranges::any_of(
        lines.lines, [](const auto& line) { return line.starts_with("dropped foreign "); }));
    talk.hear(receiver.nack({ask_blocks(2, 2)}));
    CHECK(lines.count("wanted 0a000001 1 from 2") == 1);
}

TEST_CASE("the mode of the rate is told, and why", "[protocol][trace]") {
    Lines lines;
    SenderTalk fixed = traced_sender(lines, DataRate::bits_per_second(1e9));
    CHECK(fixed.core().rate_mode() == rate::ModeState{RateMode::fixed, RateReason::asked});
    SenderTalk free = traced_sender(lines, std::nullopt);
    CHECK(free.core().rate_mode() == rate::ModeState{RateMode::startup, RateReason::start});
}

TEST_CASE("a receiver's trace has its stages, what it hears, asks for and verifies",
          "[protocol][trace]") {
    Lines lines;
    ReceiverTalk talk = traced_receiver(lines);
    FakeSender sender;
    talk.hear(sender.offer());
    talk.pass(std::chrono::milliseconds(20));
    CHECK(lines.count("sent join 1") >= 1);
    join(talk, sender);
    CHECK(lines.count("stage offered ") == 1);
    CHECK(lines.count("stage joined ") == 1);
    CHECK(lines.count("stage started ") == 1);
    for (std::uint16_t s = 0; s < 10; ++s) talk.hear(sender.data(0, s));
    CHECK(lines.count("heard data f0000001") == 10);
    talk.hear(sender.digests(0, 4));
    CHECK(lines.count("chunk 0 good") == 1);
    talk.hear(sender.data(2, 0));
    talk.hear(sender.flush());
    talk.pass(std::chrono::milliseconds(100));
    CHECK(std::ranges::any_of(lines.lines, [](const auto& line) {
        return line.starts_with("wanted 0a000001 ") && line.ends_with(" from 1");
    }));
}

TEST_CASE("an offer that is skipped is in the trace with its reason", "[protocol][trace]") {
    Lines lines;
    ReceiverTalk talk = traced_receiver(lines);
    talk.accepts = false;
    FakeSender sender;
    talk.hear(sender.offer());
    talk.core().skip("the file exists");
    CHECK(lines.count("refused f0000001 the file exists") == 1);
}
