// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <utility>

#include "base/time.hpp"
#include "protocol/own_pause.hpp"

namespace mcast::protocol {

/// When this receiver was last called, when its sender was last heard, and when something new last
/// came. It tells a silent sender, a transfer at a standstill, and a pause of this process.
class Liveness {
  public:
    /// A sender that is silent for longer is worth a word.
    static constexpr Duration kSilent = std::chrono::seconds(2);

    explicit Liveness(Time now) : created_(now) {}

    /// For each call. True: the last one is so long ago that this process may have stood still.
    bool on_call(Time now) { return now - std::exchange(now_, now) >= kOwnPause; }
    /// This process stood still: that is no silence of the sender's.
    void shift(Duration slept) {
        for (Time* since : {&created_, &heard_, &progressed_}) *since += slept;
    }
    /// For each datagram of the sender: how long it had been silent.
    Duration on_heard(Time now) { return now - std::exchange(heard_, now); }
    void on_progress(Time now) { progressed_ = now; }
    /// The sender is back: the content that was missed needs some time to come.
    void after_silence(Time now, Duration silent, Duration progress_limit) {
        if (silent > progress_limit / 4)
            progressed_ = std::max(progressed_, now - progress_limit / 2);
    }

    /// The time of the latest call.
    [[nodiscard]] Time now() const { return now_; }
    [[nodiscard]] Time created() const { return created_; }
    [[nodiscard]] Time progressed() const { return progressed_; }
    [[nodiscard]] Duration silence(Time now) const { return now - heard_; }
    [[nodiscard]] bool silent(Time now) const { return silence(now) > kSilent; }

  private:
    Time created_;
    Time now_{};
    Time heard_{};
    Time progressed_{};
};

}  // namespace mcast::protocol
