// SPDX-License-Identifier: MIT
#include "control/watcher.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "control/local_socket.hpp"
#include "control/runtime_directory.hpp"
#include "control/status_query.hpp"
#include "control/status_rules.hpp"

namespace mcast::control {
namespace {

using Clock = Client::Clock;

/// The pause between two attempts to subscribe to a running session: it is just beginning or
/// ending, or has too many connections.
constexpr std::chrono::milliseconds kPause(100);
/// The pause between two looks at a directory that cannot be watched.
constexpr std::chrono::milliseconds kListPause(500);

Clock::time_point deadline_after(std::chrono::duration<double> limit) {
    constexpr std::chrono::duration<double> kLongest = std::chrono::hours(24);
    return Clock::now() + std::chrono::duration_cast<Clock::duration>(
                              std::clamp(limit, std::chrono::duration<double>(0), kLongest));
}

/// True if there was something to read, which means only that the directory changed.
bool drain(int descriptor) {
    std::array<char, 16 * 1024> buffer;
    bool any = false;
    while (::read(descriptor, buffer.data(), buffer.size()) > 0) any = true;
    return any;
}

}  // namespace

Result<std::unique_ptr<registry::Watcher>> SubscriptionWatcher::open(
    const std::string& directory, const std::vector<std::string>& sessions) {
    auto watcher = std::unique_ptr<SubscriptionWatcher>(new SubscriptionWatcher(directory));
    watcher->all_ = sessions.empty();
    if (watcher->all_) {
        watcher->watch_directory();  // before the first look, so that nothing is missed
        auto statuses = current_statuses(directory);
        if (!statuses) return std::unexpected(statuses.error());
        for (auto& status : *statuses) watcher->add(std::move(status));
    }
    for (const auto& session : sessions) {
        auto status = current_status(directory, session);
        if (status) watcher->add(*std::move(status));
    }
    watcher->sort();
    return watcher;
}

void SubscriptionWatcher::watch_directory() {
    UniqueFd descriptor(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
    if (!descriptor.valid()) return;
    constexpr auto kEvents = IN_CREATE | IN_MOVED_TO | IN_DELETE | IN_ONLYDIR;
    if (::inotify_add_watch(descriptor.get(), directory_.c_str(), kEvents) < 0) return;
    inotify_ = std::move(descriptor);
}

void SubscriptionWatcher::add(Status status) {
    const auto session = status.session;
    auto& followed = followed_[session];
    followed.status = std::move(status);
    if (!is_final(followed.status.state)) subscribe(session, followed);
}

void SubscriptionWatcher::subscribe(const std::string& session, Followed& followed) {
    const auto now = Clock::now();
    followed.subscription.reset();
    followed.next_attempt = now + kPause;
    auto subscription = Subscription::open(socket_path(directory_, session), followed.status,
                                           Subscription::Rows::wanted, now, now + kSendLimit);
    if (subscription) followed.subscription = *std::move(subscription);
}

bool SubscriptionWatcher::wait(std::chrono::duration<double> limit) {
    const auto deadline = deadline_after(limit);
    bool news = false;
    do news = wait_once(next_look(deadline));
    while (!news && Clock::now() < deadline);  // the input may be an answer, or half a line
    return news;
}

bool SubscriptionWatcher::wait_once(Client::Deadline deadline) {
    std::vector<pollfd> polled;
    std::vector<std::string> sessions;
    if (inotify_.valid()) {
        polled.push_back({inotify_.get(), POLLIN, 0});
        sessions.emplace_back();
    }
    for (const auto& [session, followed] : followed_) {
        if (!followed.subscription) continue;
        polled.push_back({followed.subscription->descriptor(), POLLIN, 0});
        sessions.push_back(session);
    }
    const auto left = std::max(deadline - Clock::now(), Clock::duration::zero());
    const auto pause = std::chrono::ceil<std::chrono::milliseconds>(left);
    bool news = false;
    if (::poll(polled.data(), polled.size(), static_cast<int>(pause.count())) > 0) {
        for (std::size_t i = 0; i < polled.size(); ++i) {
            if (polled[i].revents == 0 || sessions[i].empty()) continue;
            news = hear(sessions[i], followed_.at(sessions[i])) || news;
        }
    }
    news = take_new_entries() || news;
    news = look_up_unsubscribed() || news;
    if (news) sort();
    return news;
}

Client::Deadline SubscriptionWatcher::next_look(Client::Deadline limit) const {
    for (const auto& [session, followed] : followed_) {
        if (followed.subscription || is_final(followed.status.state)) continue;
        limit = std::min(limit, followed.next_attempt);
    }
    if (all_ && !inotify_.valid()) limit = std::min(limit, Clock::now() + kListPause);
    return limit;
}

/// Reads the events that have arrived; true if there was one.
bool SubscriptionWatcher::hear(const std::string& session, Followed& followed) {
    bool news = false;
    const auto take_over = [&] {
        if (news) followed.status = followed.subscription->status();
        return news;
    };
    while (true) {
        const auto taken = followed.subscription->take(Clock::now());
        if (!taken && taken.error().code == ErrorCode::timed_out) return take_over();
        if (!taken) return look_up(session) || news;
        news = news || *taken;
        if (!followed.subscription->ended()) continue;
        take_over();
        followed.subscription.reset();
        return true;
    }
}

/// Looks up a session that no longer sends events; true if its status is new.
bool SubscriptionWatcher::look_up(const std::string& session) {
    auto& followed = followed_.at(session);
    followed.subscription.reset();
    followed.next_attempt = Clock::now() + kPause;
    auto status = current_status(directory_, session);
    if (!status && status.error().code == ErrorCode::no_such_session) {
        followed_.erase(session);
        return true;
    }
    if (!status) return false;
    const bool news = *status != followed.status;
    followed.status = *std::move(status);
    return news;
}

bool SubscriptionWatcher::look_up_unsubscribed() {
    std::vector<std::string> due;
    const auto now = Clock::now();
    for (const auto& [session, followed] : followed_) {
        if (followed.subscription || is_final(followed.status.state)) continue;
        if (followed.next_attempt <= now) due.push_back(session);
    }
    bool news = false;
    for (const auto& session : due) {
        subscribe(session, followed_.at(session));
        if (!followed_.at(session).subscription) news = look_up(session) || news;
    }
    return news;
}

/// True when a session appeared or was closed.
bool SubscriptionWatcher::take_new_entries() {
    if (!all_ || (inotify_.valid() && !drain(inotify_.get()))) return false;
    const auto entries = list_entries(directory_);
    if (!entries) return false;
    bool news = false;
    for (const auto& session : entries->records) {
        if (followed_.contains(session)) continue;
        auto status = current_status(directory_, session);
        if (!status) continue;
        add(*std::move(status));
        news = true;
    }
    const auto gone = std::erase_if(followed_, [&](const auto& entry) {
        return !std::ranges::binary_search(entries->records, entry.first);
    });
    return news || gone > 0;
}

void SubscriptionWatcher::sort() {
    sorted_.clear();
    for (const auto& [session, followed] : followed_) sorted_.push_back(followed.status);
    std::ranges::sort(sorted_, [](const Status& a, const Status& b) {
        return std::tie(b.started, a.session) < std::tie(a.started, b.session);
    });
}

}  // namespace mcast::control
