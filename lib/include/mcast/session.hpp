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

/// What a session tells its observers. Every session ends with exactly one `end`, on every path;
/// nothing follows it. An event carries what changed, so that a session's events grow with what
/// happens and not with the square of the group: only `end` has the list of all receivers.
struct Event {
    enum class Kind : std::uint8_t {
        chosen,    ///< sockets are open; `text` says group, interface, rate mode and buffers
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
    /// The receiver that the event is about; `interval`: the one that sets the pace. Else null.
    std::shared_ptr<const ReceiverStatus> receiver = {};
    std::string text = {};
    std::optional<Error> error = {};    ///< `end` in failure
    std::optional<double> data_s = {};  ///< `end`: seconds since `start`; empty: no data flowed
    WallTime time = {};
    std::string session = {};  ///< its id; empty: it never became one
};

/// Called on a thread of the session's own. It may call any method of the session but wait() and
/// the destructor, and should return soon.
using Observer = std::function<void(const Event&)>;

/// Operators' commands reach a session over its control socket, too (docs/status.md); these are
/// the same for a program that holds the session itself.
class Session {
  public:
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;
    /// A session that is still running is cancelled, and waited for.
    virtual ~Session() = default;

    /// The last snapshot; never waits for the transfer, a disk or the network. From any thread.
    [[nodiscard]] virtual Status query_status() const = 0;

    /// Ends it as failure/cancelled soon; the peers are told. Error too_late when it has ended.
    [[nodiscard]] virtual std::expected<void, Error> cancel(std::string_view reason = {}) = 0;

    /// Waits for the end, at most so long (empty: without limit), from any number of threads.
    /// True when the session has ended.
    virtual bool wait(std::optional<std::chrono::duration<double>> limit = {}) = 0;

  protected:
    Session() = default;
};

class SendSession : public Session {
  public:
    /// Opens the source and the sockets, registers the session and starts it. What is wrong with
    /// the options, the source or the interface is reported here; all later trouble by `end`.
    [[nodiscard]] static std::expected<std::unique_ptr<SendSession>, Error> start(
        SendOptions options, Observer observer = {});

    /// Begin now with whoever has joined: errors already_started, no_receivers.
    [[nodiscard]] virtual std::expected<void, Error> begin() = 0;
    /// Takes no more receivers.
    [[nodiscard]] virtual std::expected<void, Error> drain() = 0;
    /// Empty: auto.
    [[nodiscard]] virtual std::expected<void, Error> set_rate(std::optional<std::uint64_t> bps) = 0;
    /// Takes a receiver (id, or host name) out of pacing and counting.
    [[nodiscard]] virtual std::expected<void, Error> detach(std::string_view receiver) = 0;
};

class ReceiveSession : public Session {
  public:
    [[nodiscard]] static std::expected<std::unique_ptr<ReceiveSession>, Error> start(
        ReceiveOptions options, Observer observer = {});
};

/// Something that is on offer on the network now.
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

/// Listens for offers on the group for so long. Blocks.
[[nodiscard]] std::expected<std::vector<Offer>, Error> discover(
    const NetworkOptions& network, std::chrono::duration<double> listen);

}  // namespace mcast
