// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>

#include "base/time.hpp"
#include "base/units.hpp"

namespace mcast::session {

/// Decides how many bytes our socket may hold that the device has yet to send.
///
/// If nobody shares the device's queue, that is little more than goes out while the loop sleeps. So
/// where our own link is the slowest, the socket is full before the queue drops packets, and
/// packets do not wait in it for long. If somebody shares the queue, each gets as much of the link
/// as it has packets in the queue, and a TCP connection always has 128 KiB there. The time that
/// packets wait does not tell the two cases apart, since a slow link looks the same. So now and
/// then we hold less for a moment. If we are alone, we send as much as before. If we send clearly
/// less, somebody else has taken our part of the link, and we should hold more.
///
/// Pure: gets times and bytes. Belongs to the send path, on the loop's thread.
class SendBuffer {
  public:
    /// The size to ask the kernel for; it grants the double, for its own overhead.
    [[nodiscard]] std::size_t wanted() const;
    /// The same, without the moments in which it is less.
    [[nodiscard]] std::size_t usual() const;
    /// Adapts the size to the rate at which the core would send.
    void fit(DataRate rate);
    /// The socket is full, and has taken so many bytes since the beginning.
    void on_full(Time now, ByteCount taken);

  private:
    struct Full {
        Time at{};
        ByteCount taken = 0;
    };

    [[nodiscard]] Duration turn() const;
    void change(Time now);
    void judge(Time now, double part);

    DataRate fitted_{};
    std::size_t least_ = 0;
    std::size_t grown_ = 0;  // 0: nobody shares the queue
    bool less_ = false;      // for a moment
    Full last_;
    Time settled_{};             // the rate is measured from here on
    std::optional<Full> begin_;  // of the measurement
    double usual_bps_ = 0;
    Time look_due_{};
};

}  // namespace mcast::session
