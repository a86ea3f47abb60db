// SPDX-License-Identifier: MIT
//
// The functions of <mcast/registry.hpp>, for tools and programs.
#include <cstdlib>
#include <thread>
#include <utility>

#include <nlohmann/json.hpp>
#include <unistd.h>

#include <mcast/registry.hpp>

#include "control/awaited.hpp"
#include "control/client.hpp"
#include "control/follow.hpp"
#include "control/local_socket.hpp"
#include "control/process_table.hpp"
#include "control/record_file.hpp"
#include "control/resolve.hpp"
#include "control/rpc.hpp"
#include "control/runtime_directory.hpp"
#include "control/status_query.hpp"
#include "control/status_rules.hpp"
#include "control/watcher.hpp"

namespace mcast::registry {
namespace {

using namespace mcast::control;

/// The limit for a command to be accepted: long enough that only a stopped process exceeds it.
constexpr auto kCommandLimit = std::chrono::seconds(5);
/// The limit for the end of a session that is closed by force: longer than telling the peers takes.
constexpr auto kForceLimit = std::chrono::seconds(5);
/// Longer waits are without limit; a clock cannot hold them.
constexpr std::chrono::duration<double> kLongestWait = std::chrono::hours(24 * 365);

std::string environment(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? "" : value;
}

/// A damaged record has no role: commands of both roles can see and close it.
bool fits_role(Status& status, std::optional<Role> role) {
    if (status.name == "?" && status.pid == 0 && role) status.role = *role;
    return !role || status.role == *role;
}

Result<std::vector<Status>> list_in(const std::string& directory, std::optional<Role> role) {
    auto statuses = current_statuses(directory);
    if (!statuses) return statuses;
    std::erase_if(*statuses, [&](Status& status) { return !fits_role(status, role); });
    return statuses;
}

struct Found {
    std::string directory;
    Status status;
};

/// Finds a session by its whole id, without a look at the others.
std::optional<Status> by_whole_id(const std::string& directory, std::string_view session,
                                  Role role) {
    if (!is_session_id(session)) return {};
    auto status = current_status(directory, std::string(session));
    if (!status || !fits_role(*status, role)) return {};
    return *std::move(status);
}

Result<Found> find(std::string_view session, Role role, Meaning meaning) {
    auto where = directory();
    if (!where) return std::unexpected(where.error());
    if (auto status = by_whole_id(*where, session, role)) return Found{*where, *std::move(status)};
    const auto statuses = list_in(*where, role);
    if (!statuses) return std::unexpected(statuses.error());
    auto status = resolve(*statuses, session, meaning);
    if (!status) return std::unexpected(status.error());
    return Found{*where, *std::move(status)};
}

std::unexpected<Error> too_late(const Status& status) {
    return fail(ErrorCode::too_late, "session " + status.session + " has ended already");
}

/// The outcome of a request to a running session; too_late if it ended meanwhile.
Result<void> call(const Found& found, rpc::Method method, Json params) {
    const std::string& session = found.status.session;
    const auto deadline = Client::Clock::now() + kCommandLimit;
    auto client = Client::connect(socket_path(found.directory, session), deadline);
    Result<Json> result = client ? client->call(method, std::move(params), deadline)
                                 : std::unexpected(client.error());
    if (result) return {};
    const auto now = current_status(found.directory, session);
    if (now && is_final(now->state)) return too_late(*now);
    return std::unexpected(result.error());
}

Result<void> command(std::string_view session, Role role, rpc::Method method,
                     Json params = nullptr) {
    const auto found = find(session, role, Meaning::running);
    if (!found) return std::unexpected(found.error());
    if (is_final(found->status.state)) return too_late(found->status);
    return call(*found, method, std::move(params));
}

/// Tells the process, if it is still there, that it must not leave its record behind.
void close_in(const std::string& directory, const std::string& session) {
    const auto deadline = Client::Clock::now() + kQueryLimit;
    if (auto client = Client::connect(socket_path(directory, session), deadline)) {
        // The entry is removed, whether the process answers or not.
        (void)client->call(rpc::Method::close, nullptr, deadline);
    }
    remove_entry(directory, session);
}

Client::Deadline deadline_after(std::optional<std::chrono::duration<double>> limit) {
    if (!limit || !(*limit < kLongestWait)) return Client::kNoDeadline;
    const auto positive = std::max(*limit, std::chrono::duration<double>(0));
    return Client::Clock::now() + std::chrono::duration_cast<Client::Clock::duration>(positive);
}

}  // namespace

Result<std::string> directory() {
    return find_directory(directory_choices(environment));
}

Result<std::vector<Status>> list(std::optional<Role> role) {
    const auto where = directory();
    if (!where) return std::unexpected(where.error());
    return list_in(*where, role);
}

Result<Status> query(std::string_view session, Role role) {
    auto found = find(session, role, Meaning::newest);
    if (!found) return std::unexpected(found.error());
    return std::move(found->status);
}

Result<Status> await(std::string_view session, Role role,
                     std::optional<std::chrono::duration<double>> limit) {
    const auto where = directory();
    if (!where) return std::unexpected(where.error());
    if (auto status = by_whole_id(*where, session, role)) return *std::move(status);
    const AwaitedView view{
        .self = ::getpid(),
        .processes = [&] { return read_processes(*where, role); },
        .list = [&] { return list_in(*where, role); },
        .now = [] { return AwaitedView::Clock::now(); },
        .date = [] { return std::chrono::system_clock::now(); },
        .pause = [](auto pause) { std::this_thread::sleep_for(pause); },
    };
    return awaited(session, deadline_after(limit), view);
}

Result<Status> wait(std::string_view session, Role role,
                    std::optional<std::chrono::duration<double>> limit) {
    const auto deadline = deadline_after(limit);
    const auto where = directory();
    if (!where) return std::unexpected(where.error());
    auto found = await(session, role, limit);
    if (!found || is_final(found->state)) return found;
    return follow(*where, found->session, deadline, {});
}

Result<void> watch(std::string_view session, Role role,
                   const std::function<bool(const Status&)>& each) {
    const auto found = find(session, role, Meaning::awaited);
    if (!found) return std::unexpected(found.error());
    const auto last = follow(found->directory, found->status.session, Client::kNoDeadline, each);
    if (!last) return std::unexpected(last.error());
    return {};
}

Result<std::unique_ptr<Watcher>> watch_all(const std::vector<std::string>& sessions) {
    const auto where = directory();
    if (!where) return std::unexpected(where.error());
    return SubscriptionWatcher::open(*where, sessions);
}

Result<void> cancel(std::string_view session, Role role, std::string_view reason) {
    return command(session, role, rpc::Method::cancel, Json{{"reason", reason}});
}

Result<void> close(std::string_view session, Role role) {
    const auto found = find(session, role, Meaning::ended);
    if (!found) return std::unexpected(found.error());
    if (!is_final(found->status.state)) {
        return fail(ErrorCode::still_running,
                    "session " + found->status.session + " is still running");
    }
    close_in(found->directory, found->status.session);
    return {};
}

Result<void> force_close(std::string_view session, Role role) {
    auto found = find(session, role, Meaning::running);
    if (!found && found.error().code == ErrorCode::too_late) {
        found = find(session, role, Meaning::ended);
    }
    if (!found) return std::unexpected(found.error());
    const std::string& id = found->status.session;
    if (!is_final(found->status.state) &&
        call(*found, rpc::Method::cancel, Json{{"reason", "closed by force"}})) {
        // The entry is removed in any case.
        (void)follow(found->directory, id, Client::Clock::now() + kForceLimit, {});
    }
    close_in(found->directory, id);
    return {};
}

Result<std::size_t> close_ended() {
    const auto where = directory();
    if (!where) return std::unexpected(where.error());
    const auto statuses = list_in(*where, {});
    if (!statuses) return std::unexpected(statuses.error());
    std::size_t closed = 0;
    for (const auto& status : *statuses) {
        if (!is_final(status.state)) continue;
        close_in(*where, status.session);
        ++closed;
    }
    return closed;
}

Result<void> begin(std::string_view session) {
    return command(session, Role::sender, rpc::Method::start);
}

Result<void> drain(std::string_view session) {
    return command(session, Role::sender, rpc::Method::drain);
}

Result<void> set_rate(std::string_view session, std::optional<std::uint64_t> bps) {
    return command(session, Role::sender, rpc::Method::set_rate,
                   Json{{"bps", bps ? Json(*bps) : Json(nullptr)}});
}

Result<void> detach(std::string_view session, std::string_view receiver) {
    return command(session, Role::sender, rpc::Method::detach, Json{{"receiver", receiver}});
}

}  // namespace mcast::registry
