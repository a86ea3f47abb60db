// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <mcast/error.hpp>
#include <mcast/options.hpp>
#include <mcast/status.hpp>

namespace mcast {

/// An event of a session, for its observers. Every session ends with exactly one `end`, on every
/// path; nothing follows it. An event carries only what changed, so that the events do not grow
/// with the square of the group: only `end` has the list of all receivers.
struct Event {
    enum class Kind : std::uint8_t {
        chosen,    ///< sockets are open; `text` tells group, interface, rate mode and buffers
        warning,   ///< `text` is a sentence for the user (foreign sender, small buffers, ...)
        join,      ///< sender: `receiver` joined; receiver: an offer was taken
        start,     ///< data begins to flow
        interval,  ///< about once a second while running
        pace,      ///< sender: `receiver` sets the pace from now on, or nobody does
        behind,    ///< sender: `receiver` no longer sets the pace; it is caught up later
        back,      ///< sender: `receiver` keeps up with the others again
        receiver,  ///< sender: the state of `receiver` became final
        end,       ///< the last event
    };
    Kind kind{};
    /// `end`: the complete status. `chosen`, `start`, `interval` and a receiver's `join`: the same
    /// without `receivers`. Otherwise, and for a transfer that never became a session, null.
    std::shared_ptr<const Status> status = {};
    /// The receiver of the event; at `interval` the one that sets the pace. Else null.
    std::shared_ptr<const ReceiverStatus> receiver = {};
    std::string text = {};
    std::optional<Error> error = {};    ///< `end` in failure
    std::optional<double> data_s = {};  ///< `end`: seconds since `start`; empty: no data flowed
    WallTime time = {};
    std::string session = {};  ///< id; empty: the transfer never became a session
};

/// Called on a thread of the session. It can call any method of the session except wait() and the
/// destructor, and should return soon.
using Observer = std::function<void(const Event&)>;

/// A session of this process. Operators' commands reach it over its control socket as well
/// (docs/status.md).
class Session {
  public:
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;
    /// Cancels a session that is still running, and waits for its end.
    virtual ~Session() = default;

    /// The latest snapshot. Any thread; never waits for the transfer, a disk or the network.
    [[nodiscard]] virtual Status query_status() const = 0;

    /// Ends the session soon, as failure/cancelled, and tells the peers. Error too_late if it has
    /// ended.
    [[nodiscard]] virtual std::expected<void, Error> cancel(std::string_view reason = {}) = 0;

    /// Waits for the end, at most for `limit` (empty: without limit); any number of threads. True
    /// if the session has ended.
    virtual bool wait(std::optional<std::chrono::duration<double>> limit = {}) = 0;

  protected:
    Session() = default;
};

class SendSession : public Session {
  public:
    /// Opens the source and the sockets, registers the session and starts it. Errors of the
    /// options, the source or the interface are reported here, all later ones by `end`.
    [[nodiscard]] static std::expected<std::unique_ptr<SendSession>, Error> start(
        SendOptions options, Observer observer = {});

    /// Begins now with those who have joined: errors already_started, no_receivers.
    [[nodiscard]] virtual std::expected<void, Error> begin() = 0;
    /// Takes no more receivers.
    [[nodiscard]] virtual std::expected<void, Error> drain() = 0;
    /// Sets the rate; empty: auto.
    [[nodiscard]] virtual std::expected<void, Error> set_rate(std::optional<std::uint64_t> bps) = 0;
    /// Takes a receiver (id, or host name) out of pacing and counting.
    [[nodiscard]] virtual std::expected<void, Error> detach(std::string_view receiver) = 0;
};

class ReceiveSession : public Session {
  public:
    [[nodiscard]] static std::expected<std::unique_ptr<ReceiveSession>, Error> start(
        ReceiveOptions options, Observer observer = {});
};

/// A transfer that is on offer on the network now.
struct Offer {
    static constexpr int kVersion = 1;

    std::string name;
    std::string meta;
    std::string sender;  ///< address
    std::string host;
    std::string transfer;  ///< id of the transfer, 8 hex digits
    std::optional<std::uint64_t> bytes_total;
    bool started = false;
    std::uint32_t receivers = 0;
    friend bool operator==(const Offer&, const Offer&) = default;
};

/// Listens for offers on the group for the time `listen`. Blocks.
[[nodiscard]] std::expected<std::vector<Offer>, Error> discover(
    const NetworkOptions& network, std::chrono::duration<double> listen);

}  // namespace mcast
