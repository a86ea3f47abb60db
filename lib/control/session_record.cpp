// SPDX-License-Identifier: MIT
#include "control/session_record.hpp"

#include <random>
#include <utility>

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/assert.hpp"
#include "control/files.hpp"
#include "control/local_socket.hpp"
#include "control/record_file.hpp"
#include "control/runtime_directory.hpp"
#include "control/status_rules.hpp"

namespace mcast::control {
namespace {

constexpr int kIdAttempts = 64;

bool taken(const std::string& path) {
    struct stat info{};
    return ::lstat(path.c_str(), &info) == 0;
}

}  // namespace

Result<std::string> new_session_id(const std::string& directory) {
    std::random_device random;
    for (int i = 0; i < kIdAttempts; ++i) {
        auto id = fmt::format("{:08x}", static_cast<std::uint32_t>(random()));
        if (!taken(record_path(directory, id)) && !taken(socket_path(directory, id))) return id;
    }
    return fail(ErrorCode::exists, "found no free session id in " + directory);
}

SessionRecord::SessionRecord(std::string directory, std::string session, ProcessIdentity process)
    : directory_(std::move(directory)),
      session_(std::move(session)),
      process_(std::move(process)) {}

SessionRecord::SessionRecord(SessionRecord&& other) noexcept
    : directory_(other.directory_),
      session_(other.session_),
      process_(other.process_),
      over_(std::exchange(other.over_, true)) {}

Result<SessionRecord> SessionRecord::create(std::string directory, const Status& initial) {
    MCAST_ASSERT(is_session_id(initial.session));
    auto process = own_identity();
    if (!process) return std::unexpected(process.error());
    MCAST_ASSERT(initial.pid == process->pid);
    const auto path = record_path(directory, initial.session);
    if (auto created = create_file(path, record_text(initial, *process)); !created) {
        return std::unexpected(created.error());
    }
    return SessionRecord(std::move(directory), initial.session, *std::move(process));
}

Result<void> SessionRecord::replace(const Status& status) {
    if (!taken(record_path(directory_, session_))) {
        over_ = true;
        return {};
    }
    MCAST_ASSERT(status.session == session_ && status.pid == process_.pid);
    return replace_file(record_path(directory_, session_), record_text(status, process_, taken_));
}

Result<void> SessionRecord::update(const Status& now) {
    const std::lock_guard lock(mutex_);
    if (over_) return {};
    return replace(now);
}

void SessionRecord::note_taken(Taken taken) {
    const std::lock_guard lock(mutex_);
    taken_ = std::move(taken);
}

Result<void> SessionRecord::finish(const Status& final) {
    MCAST_ASSERT(is_final(final.state));
    const std::lock_guard lock(mutex_);
    if (over_) return {};
    auto outcome = replace(final);
    over_ = over_ || outcome.has_value();
    return outcome;
}

void SessionRecord::remove() {
    const std::lock_guard lock(mutex_);
    over_ = true;
    remove_entry(directory_, session_);
}

}  // namespace mcast::control
