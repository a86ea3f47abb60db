// SPDX-License-Identifier: MIT
#include "protocol/rate/controller.hpp"

#include <algorithm>
#include <functional>
#include <optional>

#include "sent_and_decide.hpp"
#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::rate;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

constexpr MemberId kOne{MemberIndex{0}, NodeId{1}};
constexpr MemberId kTwo{MemberIndex{1}, NodeId{2}};
constexpr double kPacketBits = 12'000;

/// A sender that uses its rate fully, and reports on what it sent, epoch by epoch.
struct Epochs {
    explicit Epochs(std::optional<DataRate> fixed = std::nullopt) : control(fixed) {
        sent_and_decide(control, now, 0, 0, milliseconds(10), 1);
    }

    [[nodiscard]] double mbps() const { return control.rate().bps() / 1e6; }

    using Report = std::function<void(Sample&)>;
    /// Sends for 20 ms; `report` says what became of it at receiver `node`.
    void epoch(const Report& report, MemberId id = kOne) {
        const Sample sample = send(report);
        control.on_sample(id, sample);
        sent_and_decide(control, now, next, bytes, milliseconds(10), 1);
    }
    void decide(Time at) {
        control.decide(at, {.round = milliseconds(10), .interval = {}, .attached = 1});
    }
    Sample send(const Report& report) {
        now += milliseconds(20);
        const double packets = control.rate().bps() * 0.02 / kPacketBits;
        Sample sample;
        sample.first = next;
        sample.expected = std::max<std::uint64_t>(static_cast<std::uint64_t>(packets), 40);
        sample.received = sample.expected;
        bytes = static_cast<ByteCount>(packets * kPacketBits / 8);
        next += static_cast<std::int64_t>(sample.expected);
        report(sample);
        return sample;
    }

    RateController control;
    Time now{seconds(1000)};
    std::int64_t next = 0;
    ByteCount bytes = 0;
};

void all_came(Sample&) {}
/// A link that takes so much.
Epochs::Report link_of(const Epochs& sending, double mbps) {
    return [&sending, mbps](Sample& s) {
        const double part = std::min(1.0, mbps / sending.mbps());
        s.received = static_cast<std::uint64_t>(static_cast<double>(s.expected) * part);
    };
}
std::optional<MemberId> paced_by(const Epochs& sending) {
    const auto found = sending.control.paced_by();
    return found ? std::optional(found->id) : std::nullopt;
}
Epochs::Report loses(double part) {
    return [part](Sample& s) {
        s.received = static_cast<std::uint64_t>(static_cast<double>(s.expected) * (1 - part));
    };
}

}  // namespace

TEST_CASE("without congestion the rate doubles each epoch", "[rate]") {
    Epochs sending;
    const double begin = sending.mbps();
    sending.epoch(all_came);
    CHECK(sending.mbps() == Approx(2 * begin));
    sending.epoch(all_came);
    CHECK(sending.mbps() == Approx(4 * begin));
}

TEST_CASE("a burst that met a full queue does not say how little the link takes", "[rate]") {
    Epochs sending;
    sending.epoch(loses(0.998));
    const double cut = sending.mbps();
    CHECK(cut >= 30);
    for (int i = 0; i < 20; ++i) sending.epoch(all_came);  // no loss test is on
    CHECK(sending.mbps() > cut);
}

TEST_CASE("an estimate of the loss counts at any rate, a count of many packets does not",
          "[rate]") {
    for (const bool estimate : {true, false}) {
        INFO("estimate " << estimate);
        Epochs sending;
        sending.epoch(loses(0.99));
        const double before = sending.mbps();
        REQUIRE(before < 100);
        sending.epoch([&](Sample& s) {
            s.expected = 1000;
            s.received = 600;
            s.estimate = estimate;
        });
        CHECK((sending.mbps() < before) == estimate);
    }
}

TEST_CASE("without the slow one the rate is what the others took", "[rate]") {
    Epochs sending;
    sending.epoch(link_of(sending, 40), kTwo);
    REQUIRE(sending.mbps() < 50);
    sending.control.release(kTwo, DataRate::bits_per_second(200e6));
    CHECK(sending.mbps() == Approx(192));
    CHECK_FALSE(sending.control.paced_by());
    sending.control.release(kOne, DataRate::bits_per_second(100e6));  // did not hold it down
    CHECK(sending.mbps() == Approx(192));
}

TEST_CASE("loss that is expected does not lower the rate", "[rate]") {
    Epochs sending;
    sending.control.expect_loss(kOne, 0.3, DataRate::bits_per_second(600e6));
    CHECK(sending.mbps() == Approx(600));
    sending.epoch(loses(0.3));
    CHECK(sending.mbps() >= 600);
}

TEST_CASE("congestion with little to send leaves at least half of the rate", "[rate]") {
    Epochs sending;
    const double begin = sending.mbps();
    const Sample sample = sending.send(loses(0.2));
    sending.control.on_sample(kOne, sample);
    sending.now += seconds(2);
    sent_and_decide(sending.control, sending.now, sending.next, sending.bytes, milliseconds(10), 1);
    CHECK(sending.mbps() > 0.35 * begin);
}

TEST_CASE("congestion cuts the rate to what was delivered", "[rate]") {
    Epochs sending;
    sending.epoch(link_of(sending, 300));
    CHECK(sending.mbps() == Approx(300 * 0.96).epsilon(0.01));
}

TEST_CASE("after a cut it grows up to the congested rate fast and past it slowly", "[rate]") {
    Epochs sending;
    sending.epoch(link_of(sending, 300));
    sending.epoch(all_came);
    CHECK(sending.mbps() < 300 * 1.01);
    for (int i = 0; i < 9; ++i) sending.epoch(all_came);
    CHECK(sending.mbps() > 300);
    CHECK(sending.mbps() < 320);
}

TEST_CASE("it stays near the capacity of a link in the long run", "[rate]") {
    Epochs sending;
    for (int i = 0; i < 500; ++i) {
        sending.epoch(link_of(sending, 100));
        if (i < 10) continue;
        REQUIRE(sending.mbps() > 80);
        REQUIRE(sending.mbps() < 110);
    }
}

TEST_CASE("loss that cuts do not change is learnt, and the cuts are taken back", "[rate]") {
    Epochs sending;
    const double begin = sending.mbps();
    for (int i = 0; i < 4; ++i) sending.epoch(loses(0.1));
    CHECK(sending.mbps() >= begin);
    const double learnt = sending.mbps();
    for (int i = 0; i < 4; ++i) sending.epoch(loses(0.1));
    CHECK(sending.mbps() > learnt);
}

TEST_CASE("learnt loss does not hide congestion on top of it", "[rate]") {
    Epochs sending;
    for (int i = 0; i < 6; ++i) sending.epoch(loses(0.1));
    const double before = sending.mbps();
    sending.epoch(loses(0.5));
    CHECK(sending.mbps() < 0.7 * before);
}

TEST_CASE("a little loss is let pass", "[rate]") {
    Epochs sending;
    const double begin = sending.mbps();
    sending.epoch(loses(0.01));
    CHECK(sending.mbps() > begin);
}

TEST_CASE("loss with host drops is the host's and never learnt", "[rate]") {
    Epochs sending;
    double before = sending.mbps();
    for (int i = 0; i < 6; ++i) {
        sending.epoch([](Sample& s) {
            loses(0.1)(s);
            s.host_drops = 1;
        });
        CHECK(sending.mbps() < before);
        before = sending.mbps();
    }
}

TEST_CASE("a disk that falls behind slows the sender, then holds it", "[rate]") {
    Epochs sending;
    const double begin = sending.mbps();
    sending.epoch([](Sample& s) { s.backlog = 0.9; });
    CHECK(sending.mbps() == Approx(begin * 0.8 * 0.96).epsilon(0.01));
    const double cut = sending.mbps();
    sending.epoch([](Sample& s) { s.backlog = 0.6; });
    CHECK(sending.mbps() == Approx(cut));
    sending.epoch([](Sample& s) { s.backlog = 0.1; });
    CHECK(sending.mbps() > cut);
}

TEST_CASE("a queue lowers the rate a little, and a long one more", "[rate]") {
    Epochs sending;
    sending.epoch([](Sample& s) { s.rtt = milliseconds(1); });
    const double before = sending.mbps();
    sending.epoch([](Sample& s) { s.rtt = milliseconds(5); });
    CHECK(sending.mbps() == Approx(0.98 * 0.8 * before));  // it grew by 4 ms in 20
    sending.epoch([](Sample& s) { s.rtt = milliseconds(40); });
    CHECK(sending.mbps() < 0.95 * 0.97 * before);
}

TEST_CASE("samples from before the epoch do not count", "[rate]") {
    Epochs sending;
    sending.epoch(all_came);
    const double before = sending.mbps();
    sending.epoch([](Sample& s) {
        s.first -= 1;
        s.received = 0;
    });
    CHECK(sending.mbps() == Approx(before));  // nothing to judge by: it waits
}

TEST_CASE("the slowest of the receivers decides", "[rate]") {
    Epochs sending;
    const Sample fast = sending.send(all_came);
    Sample slow = fast;
    loses(0.6)(slow);
    sending.control.on_sample(kOne, fast);
    sending.control.on_sample(kTwo, slow);
    sent_and_decide(sending.control, sending.now, sending.next, sending.bytes, milliseconds(10), 2);
    CHECK(sending.mbps() == Approx(200 * 0.96).epsilon(0.02));
    // The others have had the time to tell of such loss, too.
    for (int i = 0; i < 10; ++i) {
        const Sample good = sending.send(all_came);
        sending.control.on_sample(kOne, good);
        sending.control.on_sample(kTwo, good);
        sent_and_decide(sending.control, sending.now, sending.next, sending.bytes, milliseconds(10),
                        2);
    }
    CHECK(paced_by(sending) == kTwo);
}

TEST_CASE("a receiver that was forgotten no longer holds the rate down", "[rate]") {
    Epochs sending;
    const double before = sending.mbps();
    Sample sample = sending.send(loses(0.9));
    sending.control.on_sample(kTwo, sample);
    sending.control.forget(kTwo);
    sample.received = sample.expected;
    sending.control.on_sample(kOne, sample);
    sent_and_decide(sending.control, sending.now, sending.next, sending.bytes, milliseconds(10), 1);
    CHECK(sending.mbps() > before);
}

TEST_CASE("nothing is judged before every attached receiver was heard", "[rate]") {
    Epochs sending;
    const double before = sending.mbps();
    const Sample sample = sending.send(all_came);
    sending.control.on_sample(kOne, sample);
    sent_and_decide(sending.control, sending.now, sending.next, sending.bytes, milliseconds(10), 2);
    CHECK(sending.mbps() == before);
}

TEST_CASE("with nobody to pace it the rate does not grow", "[rate]") {
    Epochs sending;
    const double before = sending.mbps();
    for (int i = 0; i < 100; ++i) {
        (void)sending.send(all_came);
        sent_and_decide(sending.control, sending.now, sending.next, sending.bytes, milliseconds(10),
                        0);
    }
    CHECK(sending.mbps() == before);
}

TEST_CASE("a rate that is not used does not grow", "[rate]") {
    Epochs sending;
    const double before = sending.mbps();
    const Sample sample = sending.send(all_came);
    sending.control.on_sample(kOne, sample);
    sent_and_decide(sending.control, sending.now, sending.next, sending.bytes / 10,
                    milliseconds(10), 1);
    CHECK(sending.mbps() == before);
}

TEST_CASE("our own link is kept busy, and little more than it takes is asked of it", "[rate]") {
    Epochs sending;
    const Sample sample = sending.send(all_came);
    sending.control.on_link_busy(sending.now, 100'000);
    sending.control.on_sample(kOne, sample);
    sent_and_decide(sending.control, sending.now, sending.next, sending.bytes / 5, milliseconds(10),
                    1);
    CHECK(sending.mbps() == Approx(125));
    sending.epoch(all_came);  // it takes more now
    CHECK(sending.mbps() == Approx(250));
}

TEST_CASE("who sent less for one epoch has not learnt that its own link takes less", "[rate]") {
    Epochs sending;
    const auto busy_epoch = [&](ByteCount part) {
        const Sample sample = sending.send(all_came);
        sending.control.on_link_busy(sending.now, 100'000);
        sending.control.on_sample(kOne, sample);
        sent_and_decide(sending.control, sending.now, sending.next, sending.bytes / part,
                        milliseconds(10), 1);
    };
    busy_epoch(1);
    const double before = sending.mbps();
    busy_epoch(5);
    CHECK(sending.mbps() > 0.9 * before);
    for (int i = 0; i < 50; ++i) busy_epoch(5);  // one that goes on for a second has
    CHECK(sending.mbps() < 0.3 * before);
}

TEST_CASE("packets that wait for our own link are no queue of the path", "[rate]") {
    const bool busy = GENERATE(false, true);
    Epochs sending;
    sending.epoch([](Sample& s) { s.rtt = milliseconds(1); });
    const double before = sending.mbps();
    if (busy) sending.control.on_link_busy(sending.now, 10'000'000);
    sending.epoch([](Sample& s) { s.rtt = milliseconds(20); });
    CHECK((sending.mbps() > before) == busy);
}

TEST_CASE("nor is it in the epoch after, however long that is", "[rate]") {
    Epochs sending;
    sending.epoch([](Sample& s) { s.rtt = milliseconds(1); });
    sending.control.on_link_busy(sending.now, 1'000'000'000);
    sending.epoch([](Sample& s) { s.rtt = milliseconds(20); });
    const double before = sending.mbps();
    sending.now += seconds(3);
    const Sample sample = sending.send([](Sample& s) { s.rtt = milliseconds(20); });
    sending.control.on_sample(kOne, sample);
    sent_and_decide(sending.control, sending.now, sending.next, 151 * sending.bytes,
                    milliseconds(10), 1);
    CHECK(sending.mbps() > before);
}

TEST_CASE("receivers whose loss has nothing to do with the rate share one loss test", "[rate]") {
    Epochs sending;
    const double before = sending.mbps();
    for (int i = 0; i < 2; ++i) {
        const Sample sample = sending.send(loses(0.05));
        for (std::uint32_t node = 1; node <= 100; ++node)
            sending.control.on_sample({MemberIndex{node}, NodeId{node}}, sample);
        sent_and_decide(sending.control, sending.now, sending.next, sending.bytes, milliseconds(10),
                        100);
    }
    CHECK(sending.mbps() >= before);
    CHECK(sending.control.greatest_base() == Approx(0.05).epsilon(0.1));
}

TEST_CASE("the cuts of a loss test stay when one of the losses went with the rate", "[rate]") {
    Epochs sending;
    for (int i = 0; i < 5; ++i) {
        const Sample sample = sending.send(loses(0.05));
        Sample narrow = sample;
        link_of(sending, 300)(narrow);
        sending.control.on_sample(kOne, sample);
        sending.control.on_sample(kTwo, narrow);
        sent_and_decide(sending.control, sending.now, sending.next, sending.bytes, milliseconds(10),
                        2);
    }
    CHECK(sending.mbps() < 310);
    CHECK(sending.mbps() > 260);
}

TEST_CASE("what was lost while a receiver was cut off says nothing of the rate", "[rate]") {
    Epochs sending;
    // A rate that stays for some epochs.
    for (int i = 0; i < 3; ++i) sending.epoch([](Sample& s) { s.backlog = 0.6; });
    const double before = sending.mbps();
    for (int i = 0; i < 100; ++i) (void)sending.send(all_came);  // for two seconds
    sending.control.on_sample(kOne, {.first = sending.next - 60'000, .expected = 60'000});
    sent_and_decide(sending.control, sending.now, sending.next, sending.bytes, milliseconds(10), 1);
    CHECK(sending.mbps() >= before);
}

TEST_CASE("a fixed rate is untouched by anything", "[rate]") {
    Epochs sending(DataRate::bits_per_second(700e6));
    for (int i = 0; i < 5; ++i) {
        sending.epoch([](Sample& s) {
            s.received = 0;
            s.backlog = 1;
            s.host_drops = 9;
        });
        sending.epoch(all_came);
    }
    sending.control.on_link_busy(sending.now, 1000);
    sending.epoch(all_came);
    CHECK(sending.control.rate().bps() == 700e6);
    REQUIRE(paced_by(sending) == kOne);  // but it is known who suffers
}

TEST_CASE("the rate stays within its bounds whatever is reported", "[rate]") {
    Epochs sending;
    for (int i = 0; i < 200; ++i) sending.epoch([](Sample& s) { s.received = 0; });
    CHECK(sending.control.rate() >= RateController::kMin);
    for (int i = 0; i < 2000; ++i) sending.epoch(all_came);
    CHECK(sending.control.rate() <= RateController::kMax);
}

TEST_CASE("a fixed rate of nothing is no division by zero", "[rate]") {
    RateController control(DataRate::bits_per_second(0));
    CHECK(control.rate().bps() > 0);
    control.set_fixed(DataRate::bits_per_second(0));
    CHECK(control.rate().bps() > 0);
}

TEST_CASE("an epoch ends when all have reported, without another packet", "[rate]") {
    Epochs sending;
    sending.now += milliseconds(1);
    sending.control.on_sent(sending.now, 1000, 1'000'000);
    const double before = sending.mbps();
    CHECK(sending.control.deadline() > sending.now + milliseconds(200));  // nobody has reported
    sending.now += milliseconds(20);
    sending.control.on_sample(kOne, {.first = 0, .expected = 1000, .received = 500});
    CHECK(sending.control.deadline() <= sending.now);
    sending.decide(sending.now);
    CHECK(sending.mbps() < 0.6 * before);
}

TEST_CASE("reports that come at once are judged when the shortest epoch is over", "[rate]") {
    Epochs sending;
    const Time began = sending.now;
    sending.control.on_sent(began, 1000, 1'000'000);
    sending.control.on_sample(kOne, {.first = 0, .expected = 1000, .received = 500});
    CHECK(sending.control.deadline() > began + milliseconds(5));
    CHECK(sending.control.deadline() < began + milliseconds(10));
    const double before = sending.mbps();
    sending.decide(began + milliseconds(1));
    CHECK(sending.mbps() == before);
    sending.decide(sending.control.deadline());
    CHECK(sending.mbps() < before);
}

TEST_CASE("who sends nothing decides nothing, whatever is reported", "[rate]") {
    Epochs sending;
    sending.epoch(all_came);
    sending.now += seconds(10);
    const double before = sending.mbps();
    for (int i = 0; i < 100; ++i) {
        sending.control.on_sample(kOne, {.backlog = 1});
        CHECK(sending.control.deadline() == kNever);
        sending.decide(sending.now += seconds(1));
    }
    CHECK(sending.mbps() == before);
}
