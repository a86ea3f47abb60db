// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>

#include "base/time.hpp"
#include "base/units.hpp"

namespace mcast::session {

/// How much our socket may hold of what our own device has yet to send.
///
/// Alone it is little more than the loop may sleep for: where our own link is the slowest, the
/// socket is full before the device's queue drops anything, and what waits in it does not get old.
/// Where somebody shares that queue, each gets as much of the link as he has in the queue, and a
/// TCP connection has 128 KiB there at any rate. One size tells nothing of that: who waits long may
/// have a slow link to himself. So now and then we hold less for a moment. Who is alone sends as
/// much as before; if we send clearly less, somebody else sends more, and we have too little.
///
/// Pure: it is told times and bytes. Belongs to the send path, on the loop's thread.
class SendBuffer {
  public:
    /// To be asked for; the kernel grants the double, for its own overhead.
    [[nodiscard]] std::size_t wanted() const;
    /// The same but for the moments when it is less.
    [[nodiscard]] std::size_t usual() const;
    /// The rate that we would send at.
    void fit(DataRate rate);
    /// The socket was filled; it has taken so much since the beginning.
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
    Time settled_{};             // from here on it is measured what the size now is good for
    std::optional<Full> begin_;  // of the measurement
    double usual_bps_ = 0;
    Time look_due_{};
};

}  // namespace mcast::session
