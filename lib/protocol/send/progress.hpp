// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <utility>

#include "base/time.hpp"
#include "base/units.hpp"

namespace mcast::protocol {

/// The time when a receiver last made progress, by its reports. A report may say anything, so only
/// content that it never had before counts, and only if it is a block, or a small part of what was
/// sent meanwhile if that is less. A receiver that holds the others back with less progress stands
/// still.
class Progress {
  public:
    struct Report {
        ByteCount held = 0;        ///< content that it has
        ByteCount taken = 0;       ///< as far as that waits for no disk
        ByteCount window_end = 0;  ///< its output is written up to there, less its window
        ByteCount sent = 0;        ///< data that had been sent in all by then
        ByteCount block = 0;       ///< the size of one
        ByteCount whole = 0;       ///< the size of the object
    };

    explicit Progress(Time now = {}) : at_(now) {}

    [[nodiscard]] Time at() const { return at_; }

    void on_report(Time now, const Report& report) {
        // The receiver has all content, and begins to count anew what is on its disk.
        if (report.held == report.whole && report.taken < last_.taken && !syncing_) {
            syncing_ = true;
            last_.taken = report.taken;
            at_ = now;
            return;
        }
        const ByteCount sent = report.sent - std::min(last_.sent, report.sent);
        const ByteCount part = sent == 0 ? report.block : std::min(sent / kPart, report.block);
        const bool further = report.taken >= last_.taken + std::max<ByteCount>(part, 1) ||
                             (report.taken == report.whole && last_.taken < report.whole);
        const bool wider = report.window_end >= last_.window_end + report.block;
        if (!further && !wider) return;
        last_.taken = std::max(last_.taken, report.taken);
        last_.window_end = std::max(last_.window_end, report.window_end);
        last_.sent = report.sent;
        at_ = now;
        excused_ = false;
    }

    /// The receiver waits for others, or for us.
    void pause(Time now) { at_ = now; }
    /// The receiver has a reason to begin late: its time counts from `then`, once until it makes
    /// progress again.
    void excuse(Time then) {
        if (!std::exchange(excused_, true)) at_ = std::max(at_, then);
    }
    /// This process slept for so long: that is no standstill of the receiver.
    void shift(Duration slept) { at_ += slept; }

  private:
    // A receiver that loses nine packets of ten still gets a tenth of what is sent for it.
    static constexpr ByteCount kPart = 32;

    Time at_{};
    Report last_;
    bool excused_ = false;
    bool syncing_ = false;
};

}  // namespace mcast::protocol
