// SPDX-License-Identifier: MIT
#pragma once

// One client of a control socket, on the server's thread only. It reads a request, answers it, and
// reads on only while its answers are being read; everything that it may hold or wait for is
// bounded by ServerLimits. Kept alive by its pending operations and by the server's set.

#include <array>
#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <asio.hpp>

#include "control/rpc.hpp"
#include "control/server.hpp"

namespace mcast::control {

class Connection : public std::enable_shared_from_this<Connection> {
  public:
    using Socket = asio::local::stream_protocol::socket;
    using Line = std::shared_ptr<const std::string>;

    /// What it needs of the server, which outlives it.
    struct Host {
        const Handlers& handlers;
        const ServerLimits& limits;
        std::function<void(Connection&)> subscribe;
        std::function<void(const std::shared_ptr<Connection>&)> closed;
    };

    Connection(Socket socket, const Host& host);

    void start();
    void send(Line line);
    /// As send, but a client that is too far behind is dropped.
    void send_event(Line line);
    /// Takes no more requests; closes as soon as everything is sent.
    void finish();
    void close();

    /// From the session's second `elapsed_s` on.
    void set_subscribed(double elapsed_s) { subscribed_at_s_ = elapsed_s; }
    [[nodiscard]] bool subscribed() const { return subscribed_at_s_.has_value(); }
    [[nodiscard]] double subscribed_at_s() const { return subscribed_at_s_.value_or(0); }

  private:
    using Clock = std::chrono::steady_clock;

    void read();
    void on_read(std::error_code error, std::size_t size);
    void on_end_of_input();
    void handle_lines();
    void handle(std::string_view line);
    void write();
    void on_write(std::error_code error, std::size_t size);
    void watch_for_hangup();
    void arm_timer();
    [[nodiscard]] Clock::time_point deadline() const;
    [[nodiscard]] bool may_answer() const;

    Socket socket_;
    asio::steady_timer timer_;
    const Host& host_;
    rpc::LineFramer framer_{rpc::kMaxRequest};
    std::array<char, 4096> input_;
    std::deque<Line> output_;
    std::size_t output_bytes_ = 0;
    std::size_t written_ = 0;  ///< of output_.front()
    std::optional<double> subscribed_at_s_;
    Clock::time_point line_begun_;
    Clock::time_point last_request_;
    Clock::time_point last_write_;
    bool reading_ = false;
    bool writing_ = false;
    bool asked_ = false;        ///< there was a request
    bool watching_ = false;     ///< for the client to go away
    bool input_ended_ = false;  ///< the client has shut down its side
    bool finishing_ = false;
    bool closed_ = false;
};

}  // namespace mcast::control
