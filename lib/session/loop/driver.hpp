// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <thread>

#include "base/time.hpp"
#include "session/loop/mailbox.hpp"

namespace mcast::session {

/// The number of sockets that a transfer waits on.
inline constexpr std::size_t kSockets = 2;

/// For each socket, whether it can be read now.
using Ready = std::array<bool, kSockets>;

/// The reasons for which a transfer gets its next turn.
struct Wait {
    struct Socket {
        int fd = -1;
        bool read = false;
        bool write = false;
    };
    std::array<Socket, kSockets> sockets{};
    Time until = kNever;
    bool done = false;  ///< there is no further turn
};

/// One transfer as the loop sees it. All calls come from the loop's thread.
class Transfer {
  public:
    Transfer() = default;
    Transfer(const Transfer&) = delete;
    Transfer& operator=(const Transfer&) = delete;
    virtual ~Transfer() = default;

    /// Handles what has arrived and what is due, and sends. Never waits.
    [[nodiscard]] virtual Wait turn(Time now, const Ready& ready) = 0;
    /// The loop itself has broken (poll failed): ends the session with that error.
    virtual void broken(Error error) = 0;
};

/// The transfer loop, on a thread of its own: runs what was posted, gives the transfer its turn,
/// sleeps in ppoll until a socket, the mailbox or the earliest deadline wakes it. It never spins
/// unless the transfer's deadline stays in the past. `transfer` and `mailbox` outlive it.
class Driver {
  public:
    Driver(Transfer& transfer, Mailbox& mailbox) : transfer_(transfer), mailbox_(mailbox) {}
    ~Driver() { join(); }
    Driver(const Driver&) = delete;
    Driver& operator=(const Driver&) = delete;

    void start() {
        thread_ = std::thread([this] { run(); });
    }
    /// Waits for the transfer's last turn.
    void join() {
        if (thread_.joinable()) thread_.join();
    }

  private:
    void run();

    Transfer& transfer_;
    Mailbox& mailbox_;
    std::thread thread_;
};

}  // namespace mcast::session
