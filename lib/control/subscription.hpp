// SPDX-License-Identifier: MIT
#pragma once

// A subscription to one session, which keeps that session's status whole: events carry what
// changed, and the rows of a sender's receivers are asked for with each interval. One thread.

#include <optional>
#include <string>

#include <mcast/session.hpp>

#include "base/result.hpp"
#include "control/client.hpp"

namespace mcast::control {

class Subscription {
  public:
    /// Whether the receivers' rows are of interest, or only the end.
    enum class Rows : bool { unwanted, wanted };

    /// `status` is what is known so far. Connects until `connect`, asks until `send`.
    [[nodiscard]] static Result<Subscription> open(const std::string& path, Status status,
                                                   Rows rows, Client::Deadline connect,
                                                   Client::Deadline send);

    /// Takes one message. True: the status is news; false: it was an answer without any. Errors as
    /// Client::receive; `protocol` for what the session should not have said.
    [[nodiscard]] Result<bool> take(Client::Deadline deadline);

    [[nodiscard]] const Status& status() const { return status_; }
    /// The end has come: the status is the final one, and nothing follows.
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
    bool asked_ = false;  ///< for the rows; the answer has not come
    bool ended_ = false;
};

}  // namespace mcast::control
