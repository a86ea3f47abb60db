// SPDX-License-Identifier: MIT
#include "control/record_file.hpp"

#include <fstream>

#include "control/files.hpp"
#include "control/process_identity.hpp"
#include "control/runtime_directory.hpp"
#include "control/session_record.hpp"
#include "support.hpp"
#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::control;
using namespace mcast::control::test;

namespace {

std::string choose(const std::string& own, const std::string& xdg) {
    return choose_directory(
        [&](const char* name) { return name == std::string("MCAST_RUNTIME_DIR") ? own : xdg; });
}

void write(const std::string& path, const std::string& text) {
    std::ofstream(path) << text;
}

}  // namespace

TEST_CASE("the runtime directory is the one asked for, else the user's own", "[control]") {
    const RuntimeDirectory own;
    CHECK(choose("/a/b", own.path) == "/a/b");
    CHECK(choose("", own.path) == own.path + "/mcast");
    const std::string fallback =
        ::geteuid() == 0 ? "/run/mcast" : "/tmp/mcast-" + std::to_string(::geteuid());
    CHECK(choose("", "") == fallback);
    CHECK(choose("", "/no/such/folder") == fallback);
    const auto choices = directory_choices([](const char*) { return std::string(); });
    CHECK(choices.back() == "/tmp/mcast-" + std::to_string(::geteuid()));
}

TEST_CASE("the runtime directory is made for its owner only", "[control]") {
    const RuntimeDirectory parent;
    const std::string path = parent.path + "/mcast";
    REQUIRE(prepare_directory(path + "/") == path);
    struct stat info{};
    REQUIRE(::stat(path.c_str(), &info) == 0);
    CHECK((info.st_mode & 0777) == 0700);
    CHECK(prepare_directory(path));
}

TEST_CASE("a runtime directory that is a link, a file or open to others is refused", "[control]") {
    const RuntimeDirectory parent;
    const std::string link = parent.path + "/link", file = parent.path + "/file";
    const std::string open = parent.path + "/open";
    std::filesystem::create_directory_symlink(parent.path, link);
    write(file, "");
    std::filesystem::create_directory(open);
    ::chmod(open.c_str(), 0750);
    for (const auto& path : {link, link + "/", file, open}) {
        INFO(path);
        const auto refused = prepare_directory(path);
        REQUIRE_FALSE(refused);
        CHECK(refused.error().code == ErrorCode::permission);
    }
    CHECK(prepare_directory(parent.path + "/no/such").error().code == ErrorCode::not_found);
}

TEST_CASE("a refused runtime directory is not to be opened up or closed, but another one named",
          "[control]") {
    const RuntimeDirectory parent;
    ::chmod(parent.path.c_str(), 01777);  // as /tmp is
    const auto refused = find_directory({parent.path});
    REQUIRE_FALSE(refused);
    CHECK(refused.error().message.find("MCAST_RUNTIME_DIR") != std::string::npos);
    CHECK(refused.error().message.find("chmod") == std::string::npos);
}

TEST_CASE("a runtime directory that cannot be made leaves it to the next one", "[control]") {
    const RuntimeDirectory parent;
    const std::string last = parent.path + "/last";
    CHECK(find_directory({parent.path + "/no/such", last, parent.path + "/other"}) == last);
    CHECK_FALSE(std::filesystem::exists(parent.path + "/other"));
    const auto none = find_directory({parent.path + "/no/such", "/proc/mcast"});
    REQUIRE_FALSE(none);
    CHECK(none.error().message.find(parent.path) != std::string::npos);
    CHECK(none.error().message.find("MCAST_RUNTIME_DIR") != std::string::npos);
}

TEST_CASE("a runtime directory that somebody else made is not passed over", "[control]") {
    const RuntimeDirectory parent;
    const std::string link = parent.path + "/link";
    std::filesystem::create_directory_symlink(parent.path, link);
    CHECK_FALSE(find_directory({link, parent.path + "/next"}));
}

TEST_CASE("a runtime directory of somebody else is refused", "[control]") {
    if (::geteuid() != 0) return;  // only root can make one
    const RuntimeDirectory parent;
    const std::string path = parent.path + "/other";
    std::filesystem::create_directory(path);
    ::chmod(path.c_str(), 0700);
    REQUIRE(::chown(path.c_str(), 12345, 12345) == 0);
    CHECK(prepare_directory(path).error().code == ErrorCode::permission);
    CHECK(choose("", path) == "/run/mcast");
}

TEST_CASE("a new session id is eight hex digits that nobody has", "[control]") {
    const RuntimeDirectory directory;
    const auto id = new_session_id(directory.path).value();
    CHECK(is_session_id(id));
    CHECK(new_session_id(directory.path).value() != id);
}

TEST_CASE("a record is there from the start, for its owner only, and comes back", "[control]") {
    const RuntimeDirectory directory;
    auto created = SessionRecord::create(directory.path, a_status());
    REQUIRE(created);
    struct stat info{};
    REQUIRE(::stat(record_path(directory.path, "5f0c2a91").c_str(), &info) == 0);
    CHECK((info.st_mode & 0777) == 0600);
    const auto record = read_record(directory.path, "5f0c2a91").value();
    CHECK(record.status == a_status());
    CHECK(is_alive(record.process));
    CHECK_FALSE(directory.has("5f0c2a91.json.tmp"));
}

TEST_CASE("a session id cannot be taken twice", "[control]") {
    const RuntimeDirectory directory;
    const auto first = SessionRecord::create(directory.path, a_status());
    const auto second = SessionRecord::create(directory.path, a_status());
    CHECK(second.error().code == ErrorCode::exists);
}

TEST_CASE("a finished record holds the final status and does not change any more", "[control]") {
    const RuntimeDirectory directory;
    auto record = SessionRecord::create(directory.path, a_status()).value();
    REQUIRE(record.update(a_status()));
    REQUIRE(record.finish(a_final_status()));
    REQUIRE(record.update(a_status()));
    CHECK(read_record(directory.path, "5f0c2a91").value().status == a_final_status());
}

TEST_CASE("a removed record does not come back", "[control]") {
    const RuntimeDirectory directory;
    auto record = SessionRecord::create(directory.path, a_status()).value();
    record.remove();
    REQUIRE(record.finish(a_final_status()));
    CHECK(read_record(directory.path, "5f0c2a91").error().code == ErrorCode::no_such_session);
}

TEST_CASE("a file has the content that it was made of, however short", "[control]") {
    const RuntimeDirectory directory;
    for (const std::string content : {"", "x", "new"}) {
        const std::string path = directory.path + "/file" + content;
        REQUIRE(create_file(path, content));
        CHECK(read_file(path, 100).value() == content);
    }
}

TEST_CASE("a record that cannot be replaced stays as it was", "[control]") {
    const RuntimeDirectory directory;
    const std::string path = directory.path + "/file";
    REQUIRE(create_file(path, "old"));
    std::filesystem::create_directory(path + ".tmp");
    CHECK_FALSE(replace_file(path, "new"));
    CHECK(read_file(path, 100).value() == "old");
}

TEST_CASE("a damaged record reads as a failure that says what is wrong", "[control]") {
    const RuntimeDirectory directory;
    REQUIRE(SessionRecord::create(directory.path, a_status("00000000")));
    const auto whole = read_file(record_path(directory.path, "00000000"), 10000).value();
    const std::string other_session = whole, no_process = "{\"version\":1}";
    for (const std::string& text : {std::string(), whole.substr(0, whole.size() / 2), no_process,
                                    other_session, std::string(100000, '[')}) {
        INFO(text.substr(0, 200));
        write(record_path(directory.path, "11111111"), text);
        const auto record = read_record(directory.path, "11111111").value();
        CHECK(record.damaged);
        CHECK(record.status.session == "11111111");
        CHECK(record.status.state == State::failure);
        CHECK(record.status.error->code == ErrorCode::internal);
    }
}

TEST_CASE("a record of mcast 0.1.0 reads as what it says", "[control]") {
    const RuntimeDirectory directory;
    const std::string receivers =
        R"([{"id":"84bf9e6c","host":"lab-01","address":"10.77.0.1","state":"success",)"
        R"("percent":100,"error":null,"rate_bps":0,"loss":0.0,"limited_by":"none","lag_s":0.0,)"
        R"("joined_s":0.075,"report_age_s":0.008,"verified":true,"attached":true,)"
        R"("bytes_done":2000},{"id":"84bf9e6d","host":"lab-02","address":"10.77.0.2",)"
        R"("state":"failure","percent":100,"error":{"code":10,"name":"receiver_lost",)"
        R"("message":"silent"},"rate_bps":0,"loss":0.0,"limited_by":"gone","lag_s":0.0,)"
        R"("joined_s":0.07,"report_age_s":5.0,"verified":true,"attached":true,"bytes_done":500}])";
    write(record_path(directory.path, "6c98c044"),
          R"({"version":1,"session":"6c98c044","name":"a.raw","role":"sender","pid":26284,)"
          R"("state":"failure","phase":"ended","percent":100,"error":{"code":8,)"
          R"("name":"receivers_failed","message":"1 of 2 failed"},"bytes_total":2000,)"
          R"("bytes_done":500,"rate_bps":24,"eta_s":null,"started":"2026-11-29T22:06:49.597Z",)"
          R"("ended":"2026-11-29T22:06:49.683Z","elapsed_s":0.086,"group":"239.255.77.77:7701",)"
          R"("interface":"lo","peer":null,"meta":null,"waiting_for":null,"path":null,)"
          R"("digest":null,"stats":{"packets":254,"bytes":2519,"lost":0,"repaired":0,)"
          R"("nacks":0,"dropped_by_host":0},"receivers":)" +
              receivers +
              R"(,"paced_by":null,"process":{"start_time":1490441,"boot_id":"df7075b4"}})");
    const auto record = read_record(directory.path, "6c98c044").value();
    REQUIRE_FALSE(record.damaged);
    const auto& status = record.status;
    CHECK(status.name == "a.raw");
    CHECK(status.error->code == ErrorCode::receivers_failed);
    CHECK(status.bytes_reached == 500);
    CHECK(status.best_bytes_done == 2000);
    REQUIRE(status.receivers.size() == 2);
    CHECK(status.receivers[0].verified);
    CHECK(status.receivers[0].percent == 100);
    CHECK_FALSE(status.receivers[1].verified);
    CHECK(status.receivers[1].percent == 25);
    CHECK(record.process.pid == 26284);
}

TEST_CASE("a record of a version to come says that, and how to be rid of it", "[control]") {
    const RuntimeDirectory directory;
    write(record_path(directory.path, "11111111"), R"({"version":3,"session":"11111111"})");
    const auto record = read_record(directory.path, "11111111").value();
    CHECK(record.damaged);
    CHECK(record.status.error->code == ErrorCode::unsupported);
    CHECK_THAT(record.status.error->message,
               Catch::Contains("was written by another version of mcast: close --ended removes"));
}

TEST_CASE("a record that claims to be of version 1 and is not is damaged", "[control]") {
    const RuntimeDirectory directory;
    for (const std::string text :
         {R"({"version":1})", R"({"version":1,"session":7,"role":"sender","receivers":[3,{}]})",
          R"({"version":1,"stats":4,"receivers":{"a":1},"role":["sender"]})"}) {
        CAPTURE(text);
        write(record_path(directory.path, "11111111"), text);
        CHECK(read_record(directory.path, "11111111").value().damaged);
    }
}

TEST_CASE("a FIFO or a link in place of a record does not hang or mislead a reader", "[control]") {
    const RuntimeDirectory directory;
    REQUIRE(::mkfifo(record_path(directory.path, "11111111").c_str(), 0600) == 0);
    CHECK(read_record(directory.path, "11111111").value().damaged);
    const std::string elsewhere = directory.path + "/elsewhere";
    std::filesystem::create_directory(elsewhere);
    REQUIRE(SessionRecord::create(elsewhere, a_status("22222222")));
    std::filesystem::create_symlink(record_path(elsewhere, "22222222"),
                                    record_path(directory.path, "22222222"));
    CHECK(read_record(directory.path, "22222222").value().damaged);
}

TEST_CASE("a process is itself only with its start time and its boot", "[control]") {
    const auto self = own_identity().value();
    CHECK(is_alive(self));
    auto other = self;
    other.start_time += 1;
    CHECK_FALSE(is_alive(other));
    other = self;
    other.boot_id = "yesterday";
    CHECK_FALSE(is_alive(other));
    other = self;
    other.pid = -1;
    CHECK_FALSE(is_alive(other));
}

TEST_CASE("a command name full of brackets and spaces does not shift the fields", "[control]") {
    const std::string fields = " S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 4711 20 21\n";
    CHECK(parse_proc_stat("7 (a) b) R 1 (c)" + fields)->start_time == 4711);
    CHECK(parse_proc_stat("7 (a)" + fields)->state == 'S');
    CHECK(parse_proc_stat("7 (a) b) R 1 (c)" + fields)->name == "a) b) R 1 (c");
    CHECK(parse_proc_stat("7 (a)" + fields)->parent == 1);
    CHECK_FALSE(parse_proc_stat("7 (a) S 1 2 3"));
    CHECK_FALSE(parse_proc_stat(""));
    CHECK_FALSE(parse_proc_stat("7 (a) "));
    CHECK_FALSE(parse_proc_stat("7 1 (a 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22"));
    CHECK_FALSE(parse_proc_stat("7 1 (2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23"));
}

TEST_CASE("what a receiver has received is kept with its record", "[control]") {
    const RuntimeDirectory directory;
    const Taken taken{NodeId{0xffffffff}, InstanceId{0xffff}, 0xdeadbeef, "/srv/\"a\"", "5f0c2a91"};
    {
        auto record =
            SessionRecord::create(directory.path, a_status("5f0c2a91", Role::receiver)).value();
        record.note_taken(taken);
        CHECK(list_taken(directory.path)->empty());
        auto done = a_status("5f0c2a91", Role::receiver);
        done.state = State::success;
        done.phase = Phase::ended;
        done.percent = 100;
        REQUIRE(record.finish(done));
    }
    REQUIRE(SessionRecord::create(directory.path, a_status("00000000", Role::receiver)));
    CHECK(list_taken(directory.path) == std::vector{taken});
    write(directory.path + "/5f0c2a91.json", "{}");
    CHECK(list_taken(directory.path)->empty());
}
