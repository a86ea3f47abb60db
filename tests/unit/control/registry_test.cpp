// SPDX-License-Identifier: MIT
//
// <mcast/registry.hpp> with real sessions, real sockets and real processes that die.
#include <fstream>
#include <future>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/wait.h>

#include <mcast/registry.hpp>

#include "control/process_identity.hpp"
#include "control/record_file.hpp"
#include "control/status_rules.hpp"
#include "support.hpp"
#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::control;
using namespace mcast::control::test;

namespace {

constexpr auto kNoLimit = std::nullopt;

/// A session in a process of its own, which does nothing until it is killed.
class ChildSession {
  public:
    explicit ChildSession(const RuntimeDirectory& directory, bool listens = true) {
        int ready[2];
        REQUIRE(::pipe2(ready, O_CLOEXEC) == 0);
        pid_ = ::fork();
        REQUIRE(pid_ >= 0);
        if (pid_ == 0) {
            // Only calls that are safe without the parent's other threads; there are none here.
            auto record = SessionRecord::create(directory.path, a_status());
            Result<UniqueFd> socket = listens ? listen_at(socket_path(directory.path, "5f0c2a91"))
                                              : Result<UniqueFd>(UniqueFd());
            const char ok = record && socket ? '1' : '0';
            (void)!::write(ready[1], &ok, 1);
            for (;;) ::pause();
        }
        ::close(ready[1]);
        char ok = '0';
        REQUIRE(::read(ready[0], &ok, 1) == 1);
        ::close(ready[0]);
        REQUIRE(ok == '1');
    }
    ~ChildSession() {
        kill();
        ::waitpid(pid_, nullptr, 0);
    }
    ChildSession(const ChildSession&) = delete;
    ChildSession& operator=(const ChildSession&) = delete;

    /// Leaves a zombie, as a parent that is busy would.
    void kill() {
        ::kill(pid_, SIGKILL);
        siginfo_t info{};
        ::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOWAIT);
    }

  private:
    pid_t pid_ = 0;
};

void leave_record(const RuntimeDirectory& directory, Record record) {
    std::ofstream(record_path(directory.path, record.status.session))
        << record_text(record.status, record.process, record.taken);
}

Status ended(const std::string& session, const std::string& name, int started_s) {
    Status s = a_final_status(session);
    s.name = name;
    s.started += std::chrono::seconds(started_s);
    return s;
}

}  // namespace

TEST_CASE("there is no session where there is none", "[control]") {
    const RuntimeDirectory directory;
    CHECK(registry::list()->empty());
    for (const auto* session : {"", "5f0c2a91", "5f", "image.raw"}) {
        CHECK(registry::query(session, Role::sender).error().code == ErrorCode::no_such_session);
        CHECK(registry::close(session, Role::sender).error().code == ErrorCode::no_such_session);
    }
}

TEST_CASE("a running session is found by id, by its beginning, by name and by nothing",
          "[control]") {
    const RuntimeDirectory directory;
    FakeSession session(directory.path);
    session.keeper.update([](Status& s) { s.bytes_done = 430; });
    for (const auto* text : {"5f0c2a91", "5f", "image.raw", ""}) {
        INFO(text);
        CHECK(registry::query(text, Role::sender).value().percent == 43);
    }
}

TEST_CASE("senders and receivers share the folder and do not see each other", "[control]") {
    const RuntimeDirectory directory;
    FakeSession sender(directory.path);
    FakeSession receiver(directory.path, a_status("aaaaaaaa", Role::receiver));
    CHECK(registry::list()->size() == 2);
    CHECK(registry::list(Role::receiver)->size() == 1);
    CHECK(registry::query("", Role::receiver).value().session == "aaaaaaaa");
    CHECK(registry::query("aaaaaaaa", Role::sender).error().code == ErrorCode::no_such_session);
}

TEST_CASE("an ended session answers from its record when its process is gone", "[control]") {
    const RuntimeDirectory directory;
    {
        FakeSession session(directory.path);
        session.end_well();
    }
    CHECK_FALSE(directory.has("5f0c2a91.sock"));
    const auto status = registry::query("image.raw", Role::sender).value();
    CHECK(status.state == State::success);
    CHECK(status.percent == 100);
    CHECK(registry::wait("image.raw", Role::sender, kNoLimit).value() == status);
}

TEST_CASE("a session whose process was killed reads as process_died", "[control]") {
    const RuntimeDirectory directory;
    const bool listens = GENERATE(true, false);
    ChildSession child(directory, listens);
    child.kill();
    const auto list = registry::list().value();
    REQUIRE(list.size() == 1);
    CHECK(list.front().state == State::failure);
    CHECK(list.front().error->code == ErrorCode::process_died);
    CHECK(broken_rule(list.front()) == "");
    CHECK_FALSE(directory.has("5f0c2a91.sock"));
    CHECK(registry::query("", Role::sender).value() == list.front());
    CHECK(registry::cancel("", Role::sender, "").error().code == ErrorCode::too_late);
    REQUIRE(registry::close("", Role::sender));
    CHECK_FALSE(directory.has("5f0c2a91.json"));
}

TEST_CASE("a process that does not answer is shown by its last record", "[control]") {
    const RuntimeDirectory directory;
    ChildSession child(directory);
    const auto status = registry::query("", Role::sender).value();
    CHECK(status.state == State::in_progress);
    CHECK(status.waiting_for.find("stopped") != std::string::npos);
}

TEST_CASE("a death is noticed while waiting for the end", "[control]") {
    const RuntimeDirectory directory;
    ChildSession child(directory);
    auto waiting =
        std::async(std::launch::async, [] { return registry::wait("5f", Role::sender, kNoLimit); });
    child.kill();
    CHECK(waiting.get().value().error->code == ErrorCode::process_died);
}

TEST_CASE("another process with the same pid does not pass for the session's", "[control]") {
    const RuntimeDirectory directory;
    Record record{a_status(), own_identity().value()};
    record.process.start_time -= 1;
    leave_record(directory, record);
    CHECK(registry::query("", Role::sender).value().error->code == ErrorCode::process_died);
}

TEST_CASE("a session of before the reboot is dead", "[control]") {
    const RuntimeDirectory directory;
    Record record{a_status(), own_identity().value()};
    record.process.boot_id = "yesterday";
    leave_record(directory, record);
    CHECK(registry::query("", Role::sender).value().error->code == ErrorCode::process_died);
}

TEST_CASE("a session that has just begun and has no socket yet is running", "[control]") {
    const RuntimeDirectory directory;
    const auto record = SessionRecord::create(directory.path, a_status()).value();
    CHECK(registry::query("", Role::sender).value().state == State::in_progress);
}

TEST_CASE("a socket that nobody listens on and nobody recorded is cleaned up", "[control]") {
    const RuntimeDirectory directory;
    (void)listen_at(socket_path(directory.path, "5f0c2a91"));
    REQUIRE(directory.has("5f0c2a91.sock"));
    CHECK(registry::list()->empty());
    CHECK_FALSE(directory.has("5f0c2a91.sock"));
}

TEST_CASE("a damaged record is listed for both roles and can be closed", "[control]") {
    const RuntimeDirectory directory;
    std::ofstream(record_path(directory.path, "5f0c2a91")) << "{";
    for (const Role role : {Role::sender, Role::receiver}) {
        CHECK(registry::list(role)->size() == 1);
        CHECK(registry::query("5f", role).value().error->code == ErrorCode::internal);
    }
    CHECK(registry::close("5f0c2a91", Role::receiver));
    CHECK(registry::list()->empty());
}

TEST_CASE("close of all that ended takes damaged records and those of other versions",
          "[control]") {
    const RuntimeDirectory directory;
    std::ofstream(record_path(directory.path, "5f0c2a91")) << "{";
    std::ofstream(record_path(directory.path, "5f0c2a92")) << R"({"version":3})";
    CHECK(registry::close_ended().value() == 2);
    CHECK(registry::list()->empty());
}

TEST_CASE("files that are no sessions are left alone", "[control]") {
    const RuntimeDirectory directory;
    for (const auto* name : {"notes.json", "5F0C2A91.json", "5f0c2a91.json~", "5f0c2a911.json"}) {
        std::ofstream(directory.path + "/" + name) << "{";
    }
    CHECK(registry::list()->empty());
    CHECK(directory.has("notes.json"));
}

TEST_CASE("sessions are listed newest first", "[control]") {
    const RuntimeDirectory directory;
    const auto process = own_identity().value();
    leave_record(directory, {ended("aaaaaaaa", "a", 1), process});
    leave_record(directory, {ended("bbbbbbbb", "b", 3), process});
    leave_record(directory, {ended("cccccccc", "c", 2), process});
    std::string order;
    const auto listed = registry::list().value();
    for (const auto& status : listed) order += status.name;
    CHECK(order == "bca");
}

TEST_CASE("a name is that of its newest session, and close means the newest that has ended",
          "[control]") {
    const RuntimeDirectory directory;
    const auto process = own_identity().value();
    FakeSession session(directory.path);
    leave_record(directory, {ended("aaaaaaaa", "image.raw", -20), process});
    leave_record(directory, {ended("bbbbbbbb", "image.raw", -10), process});
    CHECK(registry::query("image.raw", Role::sender).value().session == "5f0c2a91");
    CHECK(registry::query("", Role::sender).value().session == "5f0c2a91");
    for (const auto* gone : {"bbbbbbbb.json", "aaaaaaaa.json"}) {
        CHECK(registry::close("image.raw", Role::sender));
        CHECK_FALSE(directory.has(gone));
    }
    CHECK(registry::close("image.raw", Role::sender).error().code == ErrorCode::still_running);
    CHECK(registry::close("", Role::sender).error().code == ErrorCode::still_running);
}

TEST_CASE("a wait means the session that runs, even if a newer one of its name has ended",
          "[control]") {
    const RuntimeDirectory directory;
    FakeSession session(directory.path);
    leave_record(directory, {ended("aaaaaaaa", "image.raw", 10), own_identity().value()});
    CHECK(registry::query("image.raw", Role::sender).value().session == "aaaaaaaa");
    const auto waited = registry::wait("image.raw", Role::sender, std::chrono::seconds(0));
    CHECK(waited.error().code == ErrorCode::wait_timed_out);
    CHECK(waited.error().message.find("5f0c2a91") != std::string::npos);
}

TEST_CASE("a session that ended does not make the name of a running one ambiguous", "[control]") {
    const RuntimeDirectory directory;
    FakeSession session(directory.path);
    leave_record(directory, {ended("aaaaaaaa", "image.raw", 10), own_identity().value()});
    CHECK(registry::set_rate("image.raw", 900));
    CHECK(registry::cancel("image.raw", Role::sender, "lunch"));
    CHECK(session.keeper.snapshot().error->message == "lunch");
}

TEST_CASE("what changes one of several that run is refused with their ids", "[control]") {
    const RuntimeDirectory directory;
    FakeSession one(directory.path, a_status("aa000001"));
    FakeSession two(directory.path, a_status("aa000002"));
    leave_record(directory, {ended("aa000003", "image.raw", 9), own_identity().value()});
    for (const auto* text : {"", "image.raw"}) {
        INFO(text);
        for (const auto& outcome :
             {registry::cancel(text, Role::sender, ""), registry::drain(text),
              registry::set_rate(text, 900), registry::force_close(text, Role::sender)}) {
            const auto error = outcome.error();
            CHECK(error.code == ErrorCode::ambiguous_session);
            CHECK(error.message.find("aa000001") != std::string::npos);
            CHECK(error.message.find("aa000002") != std::string::npos);
            CHECK(error.message.find("aa000003") == std::string::npos);
        }
    }
    CHECK(registry::query("aa", Role::sender).error().code == ErrorCode::ambiguous_session);
    CHECK(registry::query("", Role::sender).error().code == ErrorCode::ambiguous_session);
    CHECK(registry::query("image.raw", Role::sender).value().session == "aa000003");
    CHECK(registry::list()->size() == 3);
}

TEST_CASE("where all have ended nothing is running to wait for, or to change", "[control]") {
    const RuntimeDirectory directory;
    const auto process = own_identity().value();
    leave_record(directory, {ended("aaaaaaaa", "x", 1), process});
    leave_record(directory, {ended("bbbbbbbb", "x", 2), process});
    const auto waited = registry::wait("", Role::sender, kNoLimit);
    CHECK(waited.error().code == ErrorCode::no_such_session);
    CHECK(waited.error().message == "nothing is running");
    const auto cancelled = registry::cancel("", Role::sender, "");
    CHECK(cancelled.error().code == ErrorCode::too_late);
    CHECK(cancelled.error().message == "nothing is running");
    CHECK(registry::cancel("x", Role::sender, "").error().code == ErrorCode::too_late);
    CHECK(registry::query("", Role::sender).value().session == "bbbbbbbb");
    CHECK(registry::close("", Role::sender).error().code == ErrorCode::ambiguous_session);
}

TEST_CASE("a path is the name of its file", "[control]") {
    const RuntimeDirectory directory;
    const FakeSession session(directory.path);
    auto nameless = a_final_status("aaaaaaaa");
    nameless.name.clear();
    leave_record(directory, {nameless, own_identity().value()});
    for (const auto* text : {"/srv/image.raw", "./image.raw", "../x/image.raw"}) {
        CHECK(registry::query(text, Role::sender).value().session == "5f0c2a91");
    }
    for (const auto* text : {"/srv/", "/", "image.raw/x", "/srv/5f0c2a91"}) {
        CHECK(registry::query(text, Role::sender).error().code == ErrorCode::no_such_session);
    }
}

TEST_CASE("a name counts before the beginning of an id", "[control]") {
    const RuntimeDirectory directory;
    const auto process = own_identity().value();
    leave_record(directory, {ended("aa000001", "x", 1), process});
    leave_record(directory, {ended("bb000001", "aa", 2), process});
    CHECK(registry::query("aa", Role::sender).value().session == "bb000001");
    CHECK(registry::query("aa0", Role::sender).value().session == "aa000001");
}

TEST_CASE("operators' commands reach the running session", "[control]") {
    const RuntimeDirectory directory;
    FakeSession session(directory.path);
    CHECK(registry::set_rate("", 900));
    CHECK(session.rate == 900);
    CHECK(registry::set_rate("5f", kNoLimit));
    CHECK_FALSE(session.rate);
    CHECK(registry::begin("").error().code == ErrorCode::no_receivers);
    CHECK(registry::drain("").error().code == ErrorCode::unsupported);
    CHECK(registry::detach("", "lab-02").error().code == ErrorCode::unsupported);
    CHECK(registry::close("", Role::sender).error().code == ErrorCode::still_running);
    CHECK(registry::cancel("", Role::sender, "lunch"));
    CHECK(session.keeper.snapshot().error->message == "lunch");
    CHECK(registry::cancel("", Role::sender, "").error().code == ErrorCode::too_late);
}

TEST_CASE("close makes a session that has ended leave nothing behind", "[control]") {
    const RuntimeDirectory directory;
    {
        FakeSession session(directory.path);
        session.keeper.succeed();
        // Its record does not say so yet.
        REQUIRE(registry::close("", Role::sender));
        CHECK(session.record.finish(session.keeper.snapshot()));
    }
    CHECK(std::filesystem::is_empty(directory.path));
}

TEST_CASE("close by force cancels a session that runs and takes its record away", "[control]") {
    const RuntimeDirectory directory;
    FakeSession session(directory.path);
    session.on_cancel = [&] { session.publish(Event::Kind::end); };
    REQUIRE(registry::force_close("image.raw", Role::sender));
    CHECK(session.keeper.snapshot().error->code == ErrorCode::cancelled);
    CHECK(registry::list()->empty());
    CHECK(registry::force_close("", Role::sender).error().code == ErrorCode::no_such_session);
}

TEST_CASE("a session that was taken away while it ran does not come back", "[control]") {
    const RuntimeDirectory directory;
    FakeSession session(directory.path);
    std::filesystem::remove(record_path(directory.path, "5f0c2a91"));
    REQUIRE(session.record.update(session.keeper.snapshot()));
    session.end_well();
    CHECK_FALSE(directory.has("5f0c2a91.json"));
}

TEST_CASE("close_ended closes all that have ended, of either role, and no other", "[control]") {
    const RuntimeDirectory directory;
    const auto process = own_identity().value();
    FakeSession session(directory.path);
    leave_record(directory, {ended("aaaaaaaa", "x", 1), process});
    leave_record(directory, {ended("bbbbbbbb", "x", 2), process});
    leave_record(directory, {a_final_status("cccccccc", Role::receiver), process});
    CHECK(registry::close_ended().value() == 3);
    CHECK(registry::list()->size() == 1);
    CHECK(registry::query("", Role::sender).value().state == State::in_progress);
}

TEST_CASE("all who wait are woken by the end, and then waiting is over at once", "[control]") {
    const RuntimeDirectory directory;
    auto session = std::make_unique<FakeSession>(directory.path);
    std::vector<std::future<Result<Status>>> waiting;
    for (int i = 0; i < 5; ++i) {
        waiting.push_back(std::async(
            std::launch::async, [] { return registry::wait("5f0c2a91", Role::sender, kNoLimit); }));
    }
    session->end_well();
    session.reset();
    for (auto& one : waiting) CHECK(one.get().value().state == State::success);
    CHECK(registry::wait("5f", Role::sender, std::chrono::seconds(0)).value().percent == 100);
}

TEST_CASE("a wait with a limit lasts until the end, if that comes in time", "[control]") {
    const RuntimeDirectory directory;
    FakeSession session(directory.path);
    auto waiting = std::async(std::launch::async, [] {
        return registry::wait("5f0c2a91", Role::sender, std::chrono::seconds(20));
    });
    CHECK(waiting.wait_for(std::chrono::milliseconds(100)) == std::future_status::timeout);
    session.end_well();
    CHECK(waiting.get().value().state == State::success);
}

TEST_CASE("waiting for too short a time changes nothing", "[control]") {
    const RuntimeDirectory directory;
    FakeSession session(directory.path);
    for (const double limit : {0.0, 0.05, -1.0}) {
        const auto outcome = registry::wait("", Role::sender, std::chrono::duration<double>(limit));
        CHECK(outcome.error().code == ErrorCode::wait_timed_out);
    }
    CHECK(registry::query("", Role::sender).value().state == State::in_progress);
}

TEST_CASE("who watches sees percent rise and the final status last and once", "[control]") {
    const RuntimeDirectory directory;
    auto session =
        std::make_unique<FakeSession>(directory.path, a_status("5f0c2a91", Role::receiver));
    std::vector<Status> seen;
    std::promise<void> first;
    auto watching = std::async(std::launch::async, [&] {
        return registry::watch("", Role::receiver, [&](const Status& status) {
            seen.push_back(status);
            if (seen.size() == 2) first.set_value();
            return true;
        });
    });
    first.get_future().wait();
    for (std::uint64_t done = 0; done < 1000; done += 100) {
        session->keeper.update([&](Status& s) { s.bytes_done = done; });
        session->publish(Event::Kind::interval);
    }
    session->keeper.succeed();
    session->publish(Event::Kind::interval);  // final already, but not the end
    session->end_well();
    session.reset();
    REQUIRE(watching.get());
    for (std::size_t i = 1; i < seen.size(); ++i) CHECK(broken_rule(seen[i - 1], seen[i]) == "");
    CHECK(seen.size() == 13);
    CHECK(seen.back().state == State::success);
    CHECK_FALSE(is_final(seen[seen.size() - 2].state));
}

TEST_CASE("who has seen enough can stop watching", "[control]") {
    const RuntimeDirectory directory;
    FakeSession session(directory.path);
    int calls = 0;
    CHECK(registry::watch("", Role::sender, [&](const Status&) { return ++calls < 2; }));
    CHECK(calls == 2);
}

TEST_CASE("two thousand ended sessions are all listed", "[control]") {
    const RuntimeDirectory directory;
    const auto process = own_identity().value();
    for (int i = 0; i < 2000; ++i) {
        leave_record(directory, {a_final_status(fmt::format("{:08x}", i)), process});
    }
    CHECK(registry::list()->size() == 2000);
}
