// SPDX-License-Identifier: MIT
#pragma once

// A subscription to one session, which keeps that session's whole status: events carry the changes,
// and each interval makes it ask for the rows of a sender's receivers. One thread.

#include <chrono>
#include <optional>
#include <string>

#include <mcast/session.hpp>

#include "base/result.hpp"
#include "control/client.hpp"

namespace mcast::control {

/// The limit for a request of fifty bytes: only a process that reads nothing needs longer.
inline constexpr std::chrono::milliseconds kSendLimit(100);

class Subscription {
  public:
    /// Tells whether the receivers' rows matter, or only the end.
    enum class Rows : bool { unwanted, wanted };

    /// `status` is the one known so far. Connects until `connect`, asks until `send`.
    [[nodiscard]] static Result<Subscription> open(const std::string& path, Status status,
                                                   Rows rows, Client::Deadline connect,
                                                   Client::Deadline send);

    /// Reads one message. True if the status changed; false if the answer had no news. Errors as
    /// Client::receive; `protocol` for a message that is not allowed.
    [[nodiscard]] Result<bool> take(Client::Deadline deadline);

    [[nodiscard]] const Status& status() const { return status_; }
    /// True after the end: the status is final, and nothing follows.
    [[nodiscard]] bool ended() const { return ended_; }
    [[nodiscard]] int descriptor() const { return client_.descriptor(); }

  private:
    Subscription(Client client, Status status, Rows rows);
    bool take_event(const Event& event);
    bool take_answer(const Json& answer);
    [[nodiscard]] bool is_old(const Status& status) const;
    void take_row(const ReceiverStatus& row);
    void ask();

    Client client_;
    Status status_;
    Rows rows_;
    bool asked_ = false;  ///< the rows are asked for and have not come
    bool ended_ = false;
};

}  // namespace mcast::control
