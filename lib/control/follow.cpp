// SPDX-License-Identifier: MIT
#include "control/follow.hpp"

#include <algorithm>
#include <optional>
#include <thread>
#include <utility>

#include "control/local_socket.hpp"
#include "control/status_query.hpp"
#include "control/status_rules.hpp"
#include "control/subscription.hpp"

namespace mcast::control {
namespace {

/// The pause between two looks at the record of a session that cannot be subscribed to.
constexpr std::chrono::milliseconds kPollPause(100);

std::chrono::milliseconds query_limit(Client::Deadline deadline) {
    const auto left = deadline - Client::Clock::now();
    if (left >= kQueryLimit) return kQueryLimit;
    return std::max(std::chrono::ceil<std::chrono::milliseconds>(left),
                    std::chrono::milliseconds(0));
}

/// The outcome of a subscription.
struct Heard {
    std::optional<Status> last;  ///< the final status, or the one that `each` refused
    bool timed_out = false;
};

Heard listen(const std::string& path, Status known, Client::Deadline deadline,
             const std::function<bool(const Status&)>& each) {
    Heard heard;
    const auto rows = each ? Subscription::Rows::wanted : Subscription::Rows::unwanted;
    auto subscription = Subscription::open(path, std::move(known), rows, deadline, deadline);
    if (!subscription) return heard;
    for (;;) {
        const auto news = subscription->take(deadline);
        if (!news) {
            heard.timed_out = news.error().code == ErrorCode::timed_out;
            return heard;
        }
        if (!*news) continue;
        const bool enough = each && !each(subscription->status());
        if (!enough && !subscription->ended()) continue;
        heard.last = subscription->status();
        return heard;
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
        if (each && (first || final) && !each(*status)) return status;
        if (final) return status;
        auto heard = listen(socket_path(directory, session), *std::move(status), deadline, each);
        if (heard.last) return *std::move(heard.last);
        const auto now = Client::Clock::now();
        if (heard.timed_out || now >= deadline) return wait_timed_out(session);
        std::this_thread::sleep_until(std::min(deadline, now + kPollPause));
    }
}

}  // namespace mcast::control
