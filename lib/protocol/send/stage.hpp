// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <utility>

#include "base/time.hpp"
#include "protocol/send/errors.hpp"

namespace mcast::protocol {

/// How far a session of the sender has come: it gathers receivers, sends, tells the end, has ended.
class Stage {
  public:
    explicit Stage(Time now) : created_(now) {}

    [[nodiscard]] bool gathering() const { return phase_ == Phase::gathering; }
    [[nodiscard]] bool sending() const { return phase_ == Phase::sending; }
    [[nodiscard]] bool ending() const { return phase_ == Phase::ending; }
    [[nodiscard]] bool ended() const { return phase_ == Phase::ended; }

    /// Data flows since then; empty: it never has. It keeps this to the end.
    [[nodiscard]] const std::optional<Time>& started() const { return started_; }
    /// It gathers receivers for so long.
    [[nodiscard]] Duration waited(Time now) const { return now - created_; }
    /// Nobody may join any more.
    [[nodiscard]] bool draining() const { return draining_; }
    /// Empty: success, if it ends.
    [[nodiscard]] const std::optional<SessionError>& error() const { return error_; }

    void start(Time now) {
        phase_ = Phase::sending;
        started_ = now;
    }
    void drain() { draining_ = true; }
    /// The end is to be told so many times.
    void end(std::optional<SessionError> error, int tellings) {
        phase_ = Phase::ending;
        error_ = std::move(error);
        tellings_left_ = tellings;
    }
    enum class Telling : std::uint8_t { again, last, over };
    /// Whether to tell the end once more; `over`: the session has ended.
    [[nodiscard]] Telling tell_end() {
        if (tellings_left_ == 0) {
            phase_ = Phase::ended;
            return Telling::over;
        }
        return --tellings_left_ == 0 ? Telling::last : Telling::again;
    }
    /// This process stood still for so long: that was no waiting for receivers.
    void shift(Duration slept) { created_ += slept; }

  private:
    enum class Phase : std::uint8_t { gathering, sending, ending, ended };

    Phase phase_ = Phase::gathering;
    Time created_;
    std::optional<Time> started_;
    bool draining_ = false;
    std::optional<SessionError> error_;
    int tellings_left_ = 0;
};

}  // namespace mcast::protocol
