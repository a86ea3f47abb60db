// SPDX-License-Identifier: MIT
#include "session/send/send_buffer.hpp"

#include <algorithm>
#include <functional>

#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::session;
using namespace std::chrono_literals;

namespace {

constexpr double kMbit = 1e6;
constexpr double kTcpHolds = 128 << 10;
constexpr std::size_t kUsual = 16 << 10;  // up to some 170 Mbit/s

/// A device whose queue we fill up to our buffer, and somebody else up to what he always has there:
/// each gets as much of the link as he has in the queue. The loop wakes when half of ours is gone.
class Device {
  public:
    explicit Device(double bps) : bps_(bps) {}

    double others = 0;  // bytes in the queue
    std::function<bool(Time)> pauses = [](Time) { return false; };

    void run(Duration length) {
        constexpr Duration kStep = 50us;
        most_ = 0;
        const Time begin = now_;
        const ByteCount before = taken_;
        for (const Time end = begin + length; now_ < end; now_ += kStep) step(kStep);
        const double bytes = static_cast<double>(taken_ - before);
        share_ = 8 * bytes / to_seconds(now_ - begin) / bps_;
    }

    [[nodiscard]] std::size_t wanted() const { return buffer_.wanted(); }
    [[nodiscard]] std::size_t most() const { return most_; }  // wanted in the last run
    [[nodiscard]] double share() const { return share_; }     // in the last run

  private:
    void step(Duration length) {
        const double leaves = bps_ / 8 * to_seconds(length);
        const double before = held_;
        held_ = std::max(0.0, held_ - leaves * held_ / std::max(held_ + others, 1.0));
        rate_bps_ += (8 * (before - held_) / to_seconds(length) - rate_bps_) / 4000;
        buffer_.fit(DataRate::bits_per_second(1.25 * std::max(rate_bps_, kMbit)));
        most_ = std::max(most_, buffer_.wanted());
        // The kernel grants the double, and two thirds of that are packets.
        const double room = 4.0 / 3 * static_cast<double>(buffer_.wanted());
        if (held_ > room / 2 || pauses(now_)) return;
        taken_ += static_cast<ByteCount>(room - held_);
        held_ = room;
        buffer_.on_full(now_, taken_);
    }

    SendBuffer buffer_;
    double bps_;
    double held_ = 0;
    double rate_bps_ = 0;
    ByteCount taken_ = 0;
    Time now_ = Time(1h);
    std::size_t most_ = 0;
    double share_ = 0;
};

}  // namespace

TEST_CASE("a link of our own gets the usual buffer and never more", "[session]") {
    for (const double rate : {1.0, 10.0, 100.0}) {
        Device device(rate * kMbit);
        device.run(10s);
        CAPTURE(rate);
        CHECK(device.most() == kUsual);
        CHECK(device.share() > 0.98);
    }
}

TEST_CASE("beside a TCP connection in our device's queue we come to half of the link",
          "[session]") {
    for (const double rate : {20.0, 100.0, 400.0, 1000.0}) {
        Device device(rate * kMbit);
        device.others = kTcpHolds;
        device.run(8s);
        device.run(2s);
        CAPTURE(rate);
        CHECK(device.share() > 1.0 / 3);
        CHECK(device.share() < 0.6);
    }
}

TEST_CASE("at 100 Mbit/s a quarter of the link is ours a second after another came", "[session]") {
    Device device(100 * kMbit);
    device.run(3s);
    device.others = kTcpHolds;
    device.run(1s);
    device.run(100ms);
    CHECK(device.share() > 0.25);
}

TEST_CASE("the buffer is as it was when the other has left", "[session]") {
    Device device(100 * kMbit);
    device.others = kTcpHolds;
    device.run(3s);
    CHECK(device.most() > 4 * kUsual);
    device.others = 0;
    device.run(5s);
    device.run(3s);
    CHECK(device.most() == kUsual);
}

TEST_CASE("who holds less than we do does not make us hold more", "[session]") {
    Device device(100 * kMbit);
    device.others = 8 << 10;
    device.run(5s);
    CHECK(device.most() == kUsual);
}

TEST_CASE("more than a TCP connection holds is not held, however many share the queue",
          "[session]") {
    Device device(100 * kMbit);
    device.others = 6 * kTcpHolds;
    device.run(10s);
    CHECK(device.most() == 6 * kUsual);
}

TEST_CASE("pauses of our own are not taken for somebody else's share", "[session]") {
    Device device(100 * kMbit);
    device.pauses = [](Time now) {
        const Duration t = now.time_since_epoch();
        return t % 137ms < 45ms || t % 331ms < 35ms;
    };
    device.run(20s);
    CHECK(device.most() == kUsual);
}
