// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "base/result.hpp"
#include "net/waker.hpp"
#include "os/child_process.hpp"
#include "os/unique_fd.hpp"
#include "session/loop/mailbox.hpp"
#include "storage/ring_source.hpp"

namespace mcast::session {

/// Where the content of a stream comes from.
struct StreamInput {
    std::string name;  ///< for messages
    UniqueFd own;      ///< the descriptor to read, if there is no producer
    /// The command that writes it. Without one, nobody knows whether its end is the right one.
    std::unique_ptr<ChildProcess> producer = {};

    [[nodiscard]] int fd() const { return producer ? producer->pipe() : own.get(); }
};

/// Standard input as a stream. Error: io (it cannot be read).
[[nodiscard]] Result<StreamInput> open_standard_input();
/// The output of a command that /bin/sh starts now. Errors: those of ChildProcess::start.
[[nodiscard]] Result<StreamInput> start_producer(const std::string& command);

/// The thread that reads the content of a stream into its ring, as fast as there is room. It stops
/// for good at the end of the input, or when it cannot be read. Ring and mailbox outlive it.
class StreamReader {
  public:
    /// `failed` is called on the loop's thread: the stream is not what the producer meant.
    [[nodiscard]] static Result<std::unique_ptr<StreamReader>> start(
        storage::RingSource& ring, StreamInput input, Mailbox& mailbox,
        std::function<void(Error)> failed);
    ~StreamReader();
    StreamReader(const StreamReader&) = delete;
    StreamReader& operator=(const StreamReader&) = delete;

    /// Loop: wants a turn as soon as there is more than now.
    void want_more() { wanted_.store(true); }
    /// Loop: content has been released from the ring.
    void made_room();
    /// All has been read, and its producer ended well.
    [[nodiscard]] bool ended() const { return ended_.load(); }

  private:
    enum class Step : std::uint8_t { on, over };

    StreamReader(storage::RingSource& ring, StreamInput input, Mailbox& mailbox,
                 std::function<void(Error)> failed, net::Waker waker);
    void run(const std::stop_token& stop);
    [[nodiscard]] Step read_some(const std::stop_token& stop, MutableBytes room);
    [[nodiscard]] bool wait(bool for_input);
    void end(const std::stop_token& stop);
    [[nodiscard]] Result<bool> ended_well(const std::stop_token& stop);
    void fail_with(Error error);

    storage::RingSource& ring_;
    StreamInput input_;
    Mailbox& mailbox_;
    std::function<void(Error)> failed_;
    net::Waker waker_;  ///< ends a wait for input or for room
    std::atomic<bool> wanted_ = true;
    std::atomic<bool> full_ = false;
    std::atomic<bool> ended_ = false;
    std::jthread thread_;  ///< last: it stops before the rest goes
};

}  // namespace mcast::session
