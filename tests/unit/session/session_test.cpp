// SPDX-License-Identifier: MIT
#include <condition_variable>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <mutex>
#include <vector>

#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <mcast/registry.hpp>
#include <mcast/session.hpp>

#include "control/status_rules.hpp"
#include "control/taken.hpp"
#include "support/catch.hpp"
#include "support/sandbox.hpp"
#include "unit/session/content.hpp"
#include "unit/session/loopback.hpp"

using namespace mcast;
using namespace mcast::test;
namespace fs = std::filesystem;

namespace {

constexpr std::chrono::seconds kDeadline{60};  // a failure bound, never waited for

// A folder of the test's own, which is the runtime directory as well.
class Folder {
  public:
    Folder() {
        std::string path = (fs::temp_directory_path() / "mcast-session-XXXXXX").string();
        REQUIRE(::mkdtemp(path.data()) != nullptr);
        path_ = path;
        fs::create_directory(path_ / "out");
        fs::create_directory(path_ / "run");
        fs::permissions(path_ / "run", fs::perms::owner_all);
        ::setenv("MCAST_RUNTIME_DIR", (path_ / "run").c_str(), 1);
    }
    ~Folder() {
        std::error_code ignored;
        fs::remove_all(path_, ignored);
    }
    fs::path file(const std::vector<std::uint8_t>& content) const {
        std::ofstream(path_ / "image.raw", std::ios::binary)
            .write(std::bit_cast<const char*>(content.data()),
                   static_cast<std::streamsize>(content.size()));
        return path_ / "image.raw";
    }
    fs::path out() const { return path_ / "out"; }
    fs::path operator/(const char* name) const { return path_ / name; }

  private:
    fs::path path_;
};

std::vector<std::uint8_t> read(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

// What an observer saw; also what the contract says about it.
class Seen {
  public:
    Observer observer() {
        return [this](const Event& event) {
            const std::scoped_lock lock(mutex_);
            events_.push_back(event);
            changed_.notify_all();
        };
    }
    bool wait_for(Event::Kind kind) {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, kDeadline, [&] { return count_locked(kind) > 0; });
    }
    std::size_t count(Event::Kind kind) {
        const std::scoped_lock lock(mutex_);
        return count_locked(kind);
    }
    std::vector<Event> events() {
        const std::scoped_lock lock(mutex_);
        return events_;
    }
    void check_contract() {
        const auto all = events();
        REQUIRE_FALSE(all.empty());
        CHECK(all.front().kind == Event::Kind::chosen);
        CHECK(all.back().kind == Event::Kind::end);
        CHECK(count(Event::Kind::end) == 1);
        const Status* before = nullptr;
        for (const auto& event : all) {
            if (!event.status) continue;
            CHECK(control::broken_rule(*event.status) == "");
            if (before != nullptr) CHECK(control::broken_rule(*before, *event.status) == "");
            before = event.status.get();
        }
    }

  private:
    std::size_t count_locked(Event::Kind kind) const {
        return static_cast<std::size_t>(std::ranges::count(events_, kind, &Event::kind));
    }
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<Event> events_;
};

struct Sender {
    Seen seen;
    std::unique_ptr<SendSession> session;
};
struct Receiver {
    Seen seen;
    std::unique_ptr<ReceiveSession> session;
};

SendOptions sending(const NetworkOptions& network, const fs::path& path) {
    SendOptions options;
    options.network = network;
    options.path = path.string();
    options.timeout = kDeadline;
    return options;
}

ReceiveOptions receiving(const NetworkOptions& network, const fs::path& output) {
    ReceiveOptions options;
    options.network = network;
    options.output = output.string();
    options.timeout = kDeadline;
    return options;
}

void start(Sender& sender, SendOptions options) {
    auto started = SendSession::start(std::move(options), sender.seen.observer());
    if (!started) FAIL(started.error().message);
    sender.session = std::move(*started);
}

void start(Receiver& receiver, ReceiveOptions options) {
    auto started = ReceiveSession::start(std::move(options), receiver.seen.observer());
    if (!started) FAIL(started.error().message);
    receiver.session = std::move(*started);
}

template <typename Party>
Status end_of(Party& party) {
    REQUIRE(party.session->wait(kDeadline));
    party.seen.check_contract();
    return party.session->query_status();
}

void check_success(const Status& status, const char* who) {
    INFO(who << ": " << (status.error ? status.error->message : ""));
    CHECK(status.state == State::success);
    CHECK(status.percent == 100);
}

}  // namespace

TEST_CASE("a file arrives whole at every receiver, of any awkward size", "[session]") {
    for (const std::size_t size : {0U, 1U, 1451U, 1452U, 1453U, 64U * 8972U, (3U << 20) + 7U}) {
        INFO("size " << size);
        const Folder folder;
        const auto network = loopback_network();
        const auto content = random_content(size, 75);
        fs::create_directory(folder.out() / "a");
        fs::create_directory(folder.out() / "b");
        Receiver a;
        Receiver b;
        Sender sender;
        start(a, receiving(network, folder.out() / "a"));
        start(b, receiving(network, folder.out() / "b"));
        auto options = sending(network, folder.file(content));
        options.receivers = 2;
        start(sender, options);
        check_success(end_of(sender), "sender");
        const auto first = end_of(a);
        check_success(first, "a");
        check_success(end_of(b), "b");
        CHECK(first.path == (folder.out() / "a" / "image.raw").string());
        CHECK(first.digest == sender.session->query_status().digest);
        CHECK(read(folder.out() / "a" / "image.raw") == content);
        CHECK(read(folder.out() / "b" / "image.raw") == content);
    }
}

TEST_CASE("the record of a receiver says what it received, and where to", "[session]") {
    const Folder folder;
    const auto network = loopback_network();
    Receiver receiver;
    Sender sender;
    start(receiver, receiving(network, folder.out()));
    start(sender, sending(network, folder.file(random_content(5000, 75))));
    check_success(end_of(receiver), "receiver");
    check_success(end_of(sender), "sender");
    const auto taken = control::list_taken((folder / "run").string());
    REQUIRE(taken);
    REQUIRE(taken->size() == 1);
    CHECK(taken->front().place == (folder.out() / "image.raw").string());
    CHECK(taken->front().session == receiver.session->query_status().session);
}

TEST_CASE("the sender's status names its receivers and their final states", "[session]") {
    const Folder folder;
    const auto network = loopback_network();
    Receiver receiver;
    Sender sender;
    auto options = receiving(network, folder.out());
    options.host = "lab-02";
    options.node_id = 0x0a4d0002;
    start(receiver, options);
    start(sender, sending(network, folder.file(random_content(50'000, 76))));
    const auto status = end_of(sender);
    check_success(status, "sender");
    REQUIRE(status.receivers.size() == 1);
    CHECK(status.receivers[0].id == "0a4d0002");
    CHECK(status.receivers[0].host == "lab-02");
    CHECK(status.receivers[0].address == "127.0.0.1");
    CHECK(status.receivers[0].state == State::success);
    CHECK(sender.seen.count(Event::Kind::join) == 1);
    CHECK(sender.seen.count(Event::Kind::start) == 1);
    CHECK(sender.seen.count(Event::Kind::receiver) == 1);
    const auto received = end_of(receiver);
    CHECK(received.peer == "127.0.0.1");
    CHECK(received.feedback_port.value_or(0) >= network.port);
    CHECK(received.feedback_port == status.feedback_port);
    CHECK(received.name == "image.raw");
    CHECK(received.bytes_total == 50'000);
    CHECK(received.bytes_done == 50'000);
}

TEST_CASE("a sender that waits says for what, and is cancelled in bounded time", "[session]") {
    const Folder folder;
    const auto network = loopback_network();
    Sender sender;
    auto options = sending(network, folder.file({1, 2, 3}));
    options.receivers = 4;
    options.timeout.reset();
    start(sender, options);
    const auto waiting = sender.session->query_status();
    CHECK(waiting.state == State::in_progress);
    CHECK(waiting.phase == Phase::waiting);
    CHECK(waiting.percent == 0);
    REQUIRE(sender.session->cancel("enough"));
    const auto status = end_of(sender);
    CHECK(status.state == State::failure);
    CHECK(status.error->code == ErrorCode::cancelled);
    CHECK(status.error->message.find("enough") != std::string::npos);
    CHECK(sender.session->cancel("again").error().code == ErrorCode::too_late);
    CHECK(sender.session->begin().error().code == ErrorCode::too_late);
}

TEST_CASE("a session tells its numbers once a second, however often they change", "[session]") {
    const Folder folder;
    const auto network = loopback_network();
    Sender sender;
    Receiver receiver;
    auto options = sending(network, folder.file({1}));
    options.timeout = std::chrono::milliseconds(500);
    options.receivers = 2;
    start(sender, options);
    start(receiver, receiving(network, folder.out()));
    const double seconds = end_of(sender).elapsed_s;
    CHECK(static_cast<double>(sender.seen.count(Event::Kind::interval)) <= seconds);
    (void)end_of(receiver);
}

TEST_CASE("a sender with nobody there cannot be told to begin", "[session]") {
    const Folder folder;
    Sender sender;
    start(sender, sending(loopback_network(), folder.file({1})));
    const auto begun = sender.session->begin();
    REQUIRE_FALSE(begun);
    CHECK(begun.error().code == ErrorCode::no_receivers);
}

TEST_CASE("waiting ends with no_receivers or no_sender when the time is over", "[session]") {
    const Folder folder;
    Sender sender;
    auto send = sending(loopback_network(), folder.file({1}));
    send.timeout = std::chrono::milliseconds(200);
    start(sender, send);
    Receiver receiver;
    auto receive = receiving(loopback_network(), folder.out());
    receive.timeout = std::chrono::milliseconds(200);
    start(receiver, receive);
    CHECK(end_of(sender).error->code == ErrorCode::no_receivers);
    CHECK(end_of(receiver).error->code == ErrorCode::no_sender);
}

TEST_CASE("a cancelled sender ends its receivers, too, and leaves no file under the name",
          "[session]") {
    const Folder folder;
    const auto network = loopback_network();
    Receiver receiver;
    Sender sender;
    start(receiver, receiving(network, folder.out()));
    auto options = sending(network, folder.file(random_content(8U << 20, 77)));
    options.rate_bps = 4'000'000;
    start(sender, options);
    REQUIRE(receiver.seen.wait_for(Event::Kind::start));
    REQUIRE(sender.session->cancel());
    CHECK(end_of(sender).error->code == ErrorCode::cancelled);
    const auto status = end_of(receiver);
    CHECK(status.state == State::failure);
    CHECK_FALSE(fs::exists(folder.out() / "image.raw"));
}

TEST_CASE("an output that exists fails the receiver, and the sender knows why", "[session]") {
    const Folder folder;
    const auto network = loopback_network();
    std::ofstream(folder.out() / "image.raw") << "mine";
    Receiver receiver;
    Sender sender;
    start(receiver, receiving(network, folder.out()));
    auto options = sending(network, folder.file(random_content(10'000, 78)));
    options.timeout = std::chrono::seconds(1);  // it waits for one that can take it
    start(sender, std::move(options));
    CHECK(end_of(receiver).error->code == ErrorCode::exists);
    const auto status = end_of(sender);
    CHECK(status.state == State::failure);
    REQUIRE(status.receivers.size() == 1);
    CHECK(status.receivers[0].error->code == ErrorCode::exists);
    CHECK(read(folder.out() / "image.raw").size() == 4);
}

TEST_CASE("a full disk fails its receiver with no_space and not the other one", "[session]") {
    const Folder folder;
    const auto tiny = folder / "tiny";
    fs::create_directory(tiny);
    if (::mount("tmpfs", tiny.c_str(), "tmpfs", 0, "size=256k") != 0) {
        WARN("skipped: a file system cannot be mounted here");
        return;
    }
    const auto network = loopback_network();
    {
        Receiver full;
        Receiver other;
        Sender sender;
        start(full, receiving(network, tiny));
        start(other, receiving(network, folder.out()));
        auto options = sending(network, folder.file(random_content(2U << 20, 79)));
        options.receivers = 2;
        options.start_after = std::chrono::seconds(1);  // one that declines does not count
        start(sender, options);
        CHECK(end_of(full).error->code == ErrorCode::no_space);
        check_success(end_of(other), "other");
        CHECK(end_of(sender).error->code == ErrorCode::receivers_failed);
    }
    ::umount2(tiny.c_str(), MNT_DETACH);
}

TEST_CASE("a source that is cut short while it is sent ends both sides with that", "[session]") {
    const Folder folder;
    const auto network = loopback_network();
    Receiver receiver;
    Sender sender;
    start(receiver, receiving(network, folder.out()));
    const auto path = folder.file(random_content(8U << 20, 80));
    auto options = sending(network, path);
    options.rate_bps = 8'000'000;
    start(sender, options);
    REQUIRE(receiver.seen.wait_for(Event::Kind::start));
    fs::resize_file(path, 1000);
    CHECK(end_of(sender).error->code == ErrorCode::source_changed);
    CHECK(end_of(receiver).state == State::failure);
    CHECK_FALSE(fs::exists(folder.out() / "image.raw"));
}

TEST_CASE("what is wrong with options, source or interface is told by start", "[session]") {
    const Folder folder;
    const auto network = loopback_network();
    const auto code = [](const SendOptions& options) {
        const auto started = SendSession::start(options);
        return started ? ErrorCode::internal : started.error().code;
    };
    const auto file = folder.file({1});
    CHECK(code(sending(network, folder / "missing")) == ErrorCode::not_found);
    CHECK(code(sending(network, folder.out())) == ErrorCode::unsupported);
    auto options = sending(network, file);
    options.network.interface = "nope0";
    CHECK(code(options) == ErrorCode::no_interface);
    options = sending(network, file);
    options.fec_id = 7;
    CHECK(code(options) == ErrorCode::usage);
    CHECK(registry::list()->empty());  // a session that never was leaves nothing behind
}

TEST_CASE("where no thread can be started the session ends with an error, and leaves no record",
          "[session]") {
    const Folder folder;
    const auto file = folder.file({1});
    in_sandbox({{SYS_clone}, {SYS_clone3}}, EAGAIN, [&] {
        const auto sender = SendSession::start(sending(loopback_network(), file));
        REQUIRE_FALSE(sender);
        CHECK(sender.error().code == ErrorCode::unsupported);
        CHECK_THAT(sender.error().message, Catch::Contains("thread"));
        CHECK_FALSE(ReceiveSession::start(receiving(loopback_network(), folder.out())));
    });
    CHECK(registry::list()->empty());
}

TEST_CASE("a session whose control socket cannot be opened leaves no record", "[session]") {
    const Folder folder;
    const auto deep = folder / std::string(100, 'x').c_str();  // too long for a socket's name
    fs::create_directory(deep);
    fs::permissions(deep, fs::perms::owner_all);
    ::setenv("MCAST_RUNTIME_DIR", deep.c_str(), 1);
    CHECK_FALSE(SendSession::start(sending(loopback_network(), folder.file({1}))));
    CHECK(fs::is_empty(deep));
}

TEST_CASE("the registry answers while the session runs, after its end and after its object",
          "[session]") {
    const Folder folder;
    const auto network = loopback_network();
    std::string id;
    {
        Sender sender;
        start(sender, sending(network, folder.file({1, 2, 3})));
        id = sender.session->query_status().session;
        const auto running = registry::query(id, Role::sender);
        REQUIRE(running);
        CHECK(running->state == State::in_progress);
        REQUIRE(registry::cancel(id, Role::sender, "by the operator"));
        CHECK(end_of(sender).error->code == ErrorCode::cancelled);
        CHECK(registry::query(id, Role::sender)->state == State::failure);
        CHECK(registry::cancel(id, Role::sender, "").error().code == ErrorCode::too_late);
    }
    const auto after = registry::query(id, Role::sender);
    REQUIRE(after);
    CHECK(after->error->code == ErrorCode::cancelled);
    REQUIRE(registry::close(id, Role::sender));
    CHECK_FALSE(registry::query(id, Role::sender));
}

TEST_CASE("destroying a running session cancels it", "[session]") {
    const Folder folder;
    Seen seen;
    {
        auto started =
            ReceiveSession::start(receiving(loopback_network(), folder.out()), seen.observer());
        REQUIRE(started);
    }
    seen.check_contract();
    CHECK(seen.events().back().status->error->code == ErrorCode::cancelled);
}
