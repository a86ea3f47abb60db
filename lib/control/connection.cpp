// SPDX-License-Identifier: MIT
#include "control/connection.hpp"

#include <algorithm>
#include <utility>

#include <poll.h>

#include "control/request_handler.hpp"

namespace mcast::control {
namespace {

/// The most answers that wait to be read before we read the next request.
constexpr std::size_t kMaxAnswersAhead = 4;

Connection::Line make_line(std::string text) {
    return std::make_shared<const std::string>(std::move(text));
}

/// True if both directions are closed, not only the one that we read from.
bool hung_up(int fd) {
    pollfd poll_one{fd, 0, 0};
    return ::poll(&poll_one, 1, 0) > 0 && (poll_one.revents & (POLLHUP | POLLERR)) != 0;
}

}  // namespace

Connection::Connection(Socket socket, const Host& host)
    : socket_(std::move(socket)),
      timer_(socket_.get_executor()),
      host_(host),
      line_begun_(Clock::now()),
      last_request_(line_begun_),
      last_write_(line_begun_) {}

void Connection::start() {
    read();
    arm_timer();
}

void Connection::read() {
    if (reading_ || closed_ || finishing_ || input_ended_) return;
    reading_ = true;
    socket_.async_read_some(asio::buffer(input_),
                            [self = shared_from_this()](std::error_code error, std::size_t size) {
                                self->on_read(error, size);
                            });
}

void Connection::on_read(std::error_code error, std::size_t size) {
    reading_ = false;
    if (closed_ || finishing_) return;
    if (error && error != asio::error::eof) return close();
    if (error) {
        input_ended_ = true;
    } else {
        if (asked_ && !framer_.partial()) line_begun_ = Clock::now();
        framer_.push({input_.data(), size});
    }
    handle_lines();
}

bool Connection::may_answer() const {
    return !closed_ && !finishing_ && output_.size() < kMaxAnswersAhead;
}

void Connection::handle_lines() {
    while (may_answer()) {
        const auto line = framer_.next();
        if (!line) break;
        handle(*line);
        line_begun_ = last_request_ = Clock::now();
        asked_ = true;
    }
    if (!may_answer()) return arm_timer();
    if (framer_.overflowed()) {
        send(make_line(rpc::fault_line({nullptr, rpc::kInvalidRequest, "the line is too long"})));
        finish();
    } else if (input_ended_) {
        on_end_of_input();
    } else {
        read();
    }
    arm_timer();
}

void Connection::handle(std::string_view line) {
    const auto request = rpc::parse_request(line);
    if (!request) return send(make_line(rpc::fault_line(request.error())));
    if (auto text = answer(*request, host_.handlers); !text.empty()) {
        send(make_line(std::move(text)));
    }
    if (request->method == rpc::Method::subscribe && !subscribed()) host_.subscribe(*this);
}

/// A client that shut down only its own side (socat at the end of its input) still reads.
void Connection::on_end_of_input() {
    if (framer_.partial()) {
        send(make_line(rpc::fault_line({nullptr, rpc::kParseError, "half a line"})));
        return finish();
    }
    if (!subscribed()) return finish();
    if (hung_up(socket_.native_handle())) return close();
    watch_for_hangup();
}

void Connection::watch_for_hangup() {
    if (std::exchange(watching_, true)) return;
    socket_.async_wait(Socket::wait_error, [self = shared_from_this()](std::error_code error) {
        if (!error) self->close();
    });
}

void Connection::send(Line line) {
    if (closed_) return;
    output_bytes_ += line->size();
    output_.push_back(std::move(line));
    write();
}

void Connection::send_event(Line line) {
    const auto& limits = host_.limits;
    const bool full = output_.size() >= limits.queued_lines ||
                      (!output_.empty() && output_bytes_ + line->size() > limits.queued_bytes);
    if (full) return close();
    send(std::move(line));
    arm_timer();
}

void Connection::write() {
    if (writing_ || closed_ || output_.empty()) return;
    writing_ = true;
    if (written_ == 0) last_write_ = Clock::now();
    const std::string& line = *output_.front();
    socket_.async_write_some(asio::buffer(line.data() + written_, line.size() - written_),
                             [self = shared_from_this()](std::error_code error, std::size_t size) {
                                 self->on_write(error, size);
                             });
}

void Connection::on_write(std::error_code error, std::size_t size) {
    writing_ = false;
    if (closed_) return;
    if (error) return close();
    last_write_ = Clock::now();
    written_ += size;
    if (written_ == output_.front()->size()) {
        output_bytes_ -= written_;
        written_ = 0;
        output_.pop_front();
    }
    write();
    if (finishing_ && output_.empty()) return close();
    handle_lines();
}

void Connection::finish() {
    finishing_ = true;
    if (output_.empty()) close();
}

void Connection::close() {
    if (std::exchange(closed_, true)) return;
    std::error_code ignored;
    timer_.cancel();
    socket_.close(ignored);
    host_.closed(shared_from_this());
}

Connection::Clock::time_point Connection::deadline() const {
    auto when = Clock::time_point::max();
    const auto& limits = host_.limits;
    if (!output_.empty()) when = last_write_ + limits.stall;
    const bool owes_a_line = framer_.partial() || !asked_;
    if (owes_a_line && !input_ended_) when = std::min(when, line_begun_ + limits.line);
    if (!subscribed() && output_.empty()) when = std::min(when, last_request_ + limits.idle);
    return when;
}

void Connection::arm_timer() {
    if (closed_) return;
    const auto when = deadline();
    if (when == Clock::time_point::max()) {
        timer_.cancel();
        return;
    }
    timer_.expires_at(when);
    timer_.async_wait([self = shared_from_this()](std::error_code error) {
        if (error || self->closed_) return;
        if (Clock::now() >= self->deadline()) return self->close();
        self->arm_timer();
    });
}

}  // namespace mcast::control
