// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <optional>
#include <string>

#include <mcast/options.hpp>

#include "net/interface_monitor.hpp"
#include "session/loop/channel.hpp"
#include "session/loop/driver.hpp"
#include "session/loop/session_front.hpp"

namespace mcast::session {

/// A transfer that may have to wait until this machine has an interface for it. Until then it looks
/// again whenever the kernel reports a change of interfaces, addresses or routes, and says what is
/// missing. Once the transfer is made, it gets every turn. Constructed on any thread, then used by
/// the loop's thread alone. `base` outlives it.
class DeferredTransfer final : public Transfer {
  public:
    struct Plan {
        NetworkOptions network;
        BufferSizes sizes;
        std::optional<Duration> limit;  ///< of waiting; empty: none
        /// Makes the transfer, which outlives this, on its channel. `waited`: the time until then.
        std::move_only_function<Result<Transfer*>(Channel channel, Duration waited)> make;
    };

    DeferredTransfer(Plan plan, SessionFront& base) : plan_(std::move(plan)), base_(base) {}

    /// Call this before the first turn if there is nothing to wait for.
    void begin(Transfer& transfer) { transfer_ = &transfer; }

    [[nodiscard]] Wait turn(Time now, const Ready& ready) override;
    void broken(Error error) override;
    /// Ends the waiting. Does nothing once the transfer has been made.
    void cancel(const std::string& reason);

  private:
    void look(Time now);
    [[nodiscard]] bool is_usable(const Result<Opening>& opening) const;
    [[nodiscard]] bool is_named() const;
    void take(Time now, Channel channel);
    void tell(const std::string& awaited);
    void finish(Error error);
    [[nodiscard]] Wait wait(Time now) const;

    Plan plan_;
    SessionFront& base_;
    Transfer* transfer_ = nullptr;
    std::optional<net::InterfaceMonitor> monitor_;
    std::optional<Time> began_;
    std::string told_;
    bool ended_ = false;
};

}  // namespace mcast::session
