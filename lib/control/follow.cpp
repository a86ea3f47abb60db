// SPDX-License-Identifier: MIT
#include "control/follow.hpp"

#include <algorithm>
#include <optional>
#include <thread>
#include <utility>

#include <nlohmann/json.hpp>

#include "control/live_status.hpp"
#include "control/local_socket.hpp"
#include "control/rpc.hpp"
#include "control/status_json.hpp"
#include "control/status_rules.hpp"

namespace mcast::control {
namespace {

/// Between two looks at the record of a session that cannot be subscribed to.
constexpr std::chrono::milliseconds kPollPause(100);

std::chrono::milliseconds query_limit(Client::Deadline deadline) {
    const auto left = deadline - Client::Clock::now();
    if (left >= kQueryLimit) return kQueryLimit;
    return std::max(std::chrono::ceil<std::chrono::milliseconds>(left),
                    std::chrono::milliseconds(0));
}

/// What a subscription came to.
struct Heard {
    std::optional<Status> last;  ///< the final status, or the one that `each` refused
    bool timed_out = false;
};

Heard listen(const std::string& path, Client::Deadline deadline,
             const std::function<bool(const Status&)>& each) {
    Heard heard;
    auto client = Client::connect(path, deadline);
    if (!client) return heard;
    const auto request = rpc::request_line(1, rpc::Method::subscribe);
    if (!client->send(request, deadline)) return heard;
    for (;;) {
        const auto reply = client->receive(deadline);
        if (!reply) {
            heard.timed_out = reply.error().code == ErrorCode::timed_out;
            return heard;
        }
        if (!reply->is_event) continue;
        auto event = parse_event(reply->value);
        if (!event) return heard;
        const bool end = event->kind == Event::Kind::end;
        // The final status comes once, with the last event.
        if (!end && is_final(event->status.state)) continue;
        if (!each(event->status) || end) {
            heard.last = std::move(event->status);
            return heard;
        }
    }
}

std::unexpected<Error> wait_timed_out(const std::string& session) {
    return fail(ErrorCode::wait_timed_out, "session " + session + " goes on");
}

}  // namespace

Result<Status> follow(const std::string& directory, const std::string& session,
                      Client::Deadline deadline, const std::function<bool(const Status&)>& each) {
    for (bool first = true;; first = false) {
        auto status = current_status(directory, session, query_limit(deadline));
        if (!status) return status;
        const bool final = is_final(status->state);
        if ((first || final) && !each(*status)) return status;
        if (final) return status;
        auto heard = listen(socket_path(directory, session), deadline, each);
        if (heard.last) return *std::move(heard.last);
        const auto now = Client::Clock::now();
        if (heard.timed_out || now >= deadline) return wait_timed_out(session);
        std::this_thread::sleep_until(std::min(deadline, now + kPollPause));
    }
}

}  // namespace mcast::control
