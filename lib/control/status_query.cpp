// SPDX-License-Identifier: MIT
#include "control/status_query.hpp"

#include <algorithm>
#include <atomic>
#include <functional>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "control/client.hpp"
#include "control/local_socket.hpp"
#include "control/record_file.hpp"
#include "control/runtime_directory.hpp"
#include "control/status_json.hpp"
#include "control/status_rules.hpp"

namespace mcast::control {
namespace {

/// The most threads: more would wait for each other in the directory.
constexpr std::size_t kMaxReaders = 4;
/// Fewer records are read before a thread has begun.
constexpr std::size_t kRecordsPerReader = 100;

/// A session that is being asked.
struct Question {
    Record record;
    Result<Client> client;
};

bool nobody_listens(const Error& error) {
    return error.system == ECONNREFUSED;
}

/// Connects and asks; does not wait for the answer.
Result<Client> ask(const std::string& directory, const std::string& session,
                   Client::Deadline deadline) {
    auto client = Client::connect(socket_path(directory, session), deadline);
    if (!client) return client;
    const auto line = rpc::request_line(1, rpc::Method::status);
    if (auto sent = client->send(line, deadline); !sent) return std::unexpected(sent.error());
    return client;
}

Result<Status> hear(Client& client, const std::string& session, Client::Deadline deadline) {
    auto reply = client.receive(deadline);
    if (!reply) return std::unexpected(reply.error());
    auto status = parse_status(reply->value);
    if (status && status->session != session) {
        return fail(ErrorCode::protocol, "the socket is that of another session");
    }
    return status;
}

/// The status if there was no answer. Checks whether the process lives before it reads the record,
/// as a process writes its final record before it ends.
Result<Status> from_record(const std::string& directory, const Record& asked, const Error& why) {
    const std::string& session = asked.status.session;
    const bool alive = is_alive(asked.process);
    auto record = read_record(directory, session);
    if (!record) return std::unexpected(record.error());
    if (is_final(record->status.state)) return std::move(record->status);
    if (!alive) {
        ::unlink(socket_path(directory, session).c_str());
        return died(*record);
    }
    if (why.code == ErrorCode::timed_out) {
        record->status.waiting_for = fmt::format(
            "waiting for an answer of process {}, which seems to be stopped", record->process.pid);
    }
    return std::move(record->status);
}

Result<Status> settle(const std::string& directory, Question& question, Client::Deadline deadline) {
    const auto& record = question.record;
    if (is_final(record.status.state)) return record.status;
    if (!question.client) return from_record(directory, record, question.client.error());
    auto status = hear(*question.client, record.status.session, deadline);
    if (status) return status;
    return from_record(directory, record, status.error());
}

/// False if no thread can be started.
bool add_thread(std::vector<std::jthread>& threads, const std::function<void()>& work) {
    try {
        threads.emplace_back(work);
        return true;
    } catch (const std::system_error&) {
        return false;
    }
}

/// Reads records in several threads, as thousands of sessions may have ended. The calling thread
/// can do all of it if there is no other.
std::vector<Result<Record>> read_records(const std::string& directory,
                                         const std::vector<std::string>& sessions) {
    std::vector<Result<Record>> records(sessions.size());
    std::atomic<std::size_t> next = 0;
    const auto read = [&] {
        for (std::size_t i = next++; i < sessions.size(); i = next++) {
            records[i] = read_record(directory, sessions[i]);
        }
    };
    std::vector<std::jthread> others;
    std::size_t wanted = std::min(kMaxReaders, sessions.size() / kRecordsPerReader);
    // hardware_concurrency() reads a file, so it is called only if it matters.
    if (wanted > 1) wanted = std::min<std::size_t>(wanted, std::thread::hardware_concurrency());
    while (others.size() + 1 < wanted && add_thread(others, read)) {
    }
    read();
    others.clear();  // joins
    return records;
}

void remove_orphans(const std::string& directory, const std::vector<std::string>& sessions) {
    for (const auto& session : sessions) {
        const auto path = socket_path(directory, session);
        const auto client = Client::connect(path, Client::Clock::now());
        if (!client && nobody_listens(client.error())) ::unlink(path.c_str());
    }
}

}  // namespace

Result<Status> current_status(const std::string& directory, const std::string& session,
                              std::chrono::milliseconds limit) {
    auto record = read_record(directory, session);
    if (!record) return std::unexpected(record.error());
    if (is_final(record->status.state)) return std::move(record->status);
    const auto deadline = Client::Clock::now() + limit;
    Question question{*std::move(record), ask(directory, session, deadline)};
    return settle(directory, question, deadline);
}

Result<std::vector<Status>> current_statuses(const std::string& directory) {
    auto entries = list_entries(directory);
    if (!entries) return std::unexpected(entries.error());
    remove_orphans(directory, entries->orphans);

    const auto now = Client::Clock::now();
    std::vector<Status> statuses;
    std::vector<Question> running;
    for (auto& record : read_records(directory, entries->records)) {
        if (!record) continue;  // closed meanwhile
        if (is_final(record->status.state)) {
            statuses.push_back(std::move(record->status));
        } else {
            const auto session = record->status.session;
            running.push_back({*std::move(record), ask(directory, session, now)});
        }
    }
    for (auto& question : running) {
        auto status = settle(directory, question, now + kQueryLimit);
        if (status) statuses.push_back(*std::move(status));
    }
    std::ranges::sort(statuses, [](const Status& a, const Status& b) {
        return std::tie(b.started, a.session) < std::tie(a.started, b.session);
    });
    return statuses;
}

}  // namespace mcast::control
