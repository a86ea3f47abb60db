// SPDX-License-Identifier: MIT
#include "control/subscription.hpp"

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

#include "control/status_json.hpp"
#include "control/status_rules.hpp"

namespace mcast::control {
namespace {

constexpr std::int64_t kSubscribeId = 1;
constexpr std::int64_t kStatusId = 2;

}  // namespace

Result<Subscription> Subscription::open(const std::string& path, Status status, Rows rows,
                                        Client::Deadline connect, Client::Deadline send) {
    auto client = Client::connect(path, connect);
    if (!client) return std::unexpected(client.error());
    const auto request = rpc::request_line(kSubscribeId, rpc::Method::subscribe);
    if (auto sent = client->send(request, send); !sent) return std::unexpected(sent.error());
    return Subscription(*std::move(client), std::move(status), rows);
}

Subscription::Subscription(Client client, Status status, Rows rows)
    : client_(std::move(client)), status_(std::move(status)), rows_(rows) {}

Result<bool> Subscription::take(Client::Deadline deadline) {
    const auto reply = client_.receive(deadline);
    if (!reply) return std::unexpected(reply.error());
    if (!reply->is_event) return take_answer(reply->value);
    const auto event = parse_event(reply->value);
    if (!event) return std::unexpected(event.error());
    if (event->status && event->status->session != status_.session) {
        return fail(ErrorCode::protocol, "the socket is that of another session");
    }
    return take_event(*event);
}

bool Subscription::take_event(const Event& event) {
    if (event.kind == Event::Kind::end) {
        if (!event.status) return false;
        status_ = *event.status;
        return ended_ = true;
    }
    if (event.status) {
        // The final status comes once, with the last event.
        if (is_final(event.status->state) || is_old(*event.status)) return false;
        auto receivers = std::move(status_.receivers);
        status_ = *event.status;
        status_.receivers = std::move(receivers);
        if (rows_ == Rows::wanted && status_.role == Role::sender) ask();
        return !asked_;
    }
    if (event.receiver) take_row(*event.receiver);
    return event.receiver != nullptr;
}

bool Subscription::take_answer(const Json& answer) {
    if (!answer.is_object()) return false;  // the answer to the subscription itself
    asked_ = false;
    auto status = parse_status(answer);
    if (!status || status->session != status_.session) return false;
    if (is_final(status->state) || is_old(*status)) return false;
    status_ = *std::move(status);
    return true;
}

/// True for an event that was on its way when a newer status came.
bool Subscription::is_old(const Status& status) const {
    return status.elapsed_s < status_.elapsed_s;
}

void Subscription::take_row(const ReceiverStatus& row) {
    const auto known = std::ranges::find(status_.receivers, row.id, &ReceiverStatus::id);
    if (known != status_.receivers.end()) {
        *known = row;
    } else {
        status_.receivers.push_back(row);
    }
}

/// Asks one question at a time, so that a slow process is not asked more.
void Subscription::ask() {
    if (asked_) return;
    const auto request = rpc::request_line(kStatusId, rpc::Method::status);
    asked_ = client_.send(request, Client::Clock::now() + kSendLimit).has_value();
}

}  // namespace mcast::control
