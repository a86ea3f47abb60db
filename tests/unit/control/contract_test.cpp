// SPDX-License-Identifier: MIT
//
// The status contract under random histories of a session in a process of its own, asked about
// through the registry after every step: receivers join, progress comes and goes, receivers are
// lost and fail, the date is set back, someone cancels, kills the process or closes the session.
#include <array>
#include <atomic>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <utility>

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>

#include <mcast/registry.hpp>

#include "base/rng.hpp"
#include "control/status_rules.hpp"
#include "support.hpp"
#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::control;
using namespace mcast::control::test;

namespace {

/// What the session is told to do: a letter and how much of it.
struct Order {
    char what = ' ';
    std::uint16_t amount = 0;
};

/// The session, in the child process. Its clocks are its own.
class Puppet {
  public:
    Puppet(const std::string& directory, Status initial)
        : session_(directory, of_this_process(std::move(initial)), {},
                   {[this] { return a_status().started + date_.load(); },
                    [this] { return kTick * ++ticks_; }}) {}

    void obey(const Order& order) {
        set_date(std::chrono::milliseconds(10));
        switch (order.what) {
            case 'c':
                set_date(std::chrono::hours(order.amount) - std::chrono::hours(32768));
                break;
            case 's':
                session_.keeper.succeed("/data/image.raw", "xxh3-128:00");
                break;
            case 'f':
                session_.keeper.fail({ErrorCode::no_space, 0, "full"});
                break;
            default:
                session_.keeper.update([&](Status& s) { change(s, order); });
        }
        publish();
    }

  private:
    static constexpr Duration kTick = std::chrono::milliseconds(1);

    static Status of_this_process(Status status) {
        status.pid = ::getpid();
        return status;
    }

    void set_date(std::chrono::milliseconds step) { date_ = date_.load() + step; }
    static void change(Status& s, const Order& order) {
        const bool someone = !s.receivers.empty();
        auto* const one = someone ? &s.receivers[order.amount % s.receivers.size()] : nullptr;
        switch (order.what) {
            case 'j':
                s.receivers.emplace_back().id = std::to_string(s.receivers.size());
                s.bytes_done = 0;
                break;
            case 'p':
                s.bytes_done = order.amount;
                s.phase = Phase::transferring;
                if (one != nullptr) one->bytes_done = order.amount;
                break;
            case 'k':
                s.bytes_total = 1 + order.amount;
                break;
            case 'l':
                s.stats.lost += order.amount;
                if (one != nullptr) one->bytes_done /= 2;
                s.bytes_done /= 2;
                break;
            case 'r':
                if (one == nullptr) break;
                one->state = order.amount % 2 == 0 ? State::success : State::failure;
                if (one->state == State::failure) one->error = Error{ErrorCode::io, 0, "lost"};
                break;
            default:
                s.phase = Phase::verifying;
        }
    }
    /// On record first, then told: as a session does it.
    void publish() {
        const Status now = session_.keeper.snapshot();
        if (!is_final(now.state)) {
            (void)session_.record.update(now);
            return session_.publish(Event::Kind::interval);
        }
        (void)session_.record.finish(now);
        session_.publish(Event::Kind::end);
    }

    // The server's thread reads them, too.
    std::atomic<std::chrono::milliseconds> date_{};
    std::atomic<int> ticks_ = 0;
    FakeSession session_;
};

/// The child process and the two pipes to it.
class Process {
  public:
    Process(const RuntimeDirectory& directory, const Status& initial) {
        std::array<int, 2> orders{};
        std::array<int, 2> answers{};
        REQUIRE(::pipe2(orders.data(), O_CLOEXEC) == 0);
        REQUIRE(::pipe2(answers.data(), O_CLOEXEC) == 0);
        pid_ = ::fork();
        REQUIRE(pid_ >= 0);
        const bool child = pid_ == 0;
        orders_ = UniqueFd(orders[child ? 0 : 1]);
        answers_ = UniqueFd(answers[child ? 1 : 0]);
        ::close(orders[child ? 1 : 0]);
        ::close(answers[child ? 0 : 1]);
        if (child) live(directory.path, initial);
        REQUIRE(answered());
    }
    ~Process() { kill(); }
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;

    /// Nothing when the process is gone: by our doing, that is.
    void tell(const Order& order) {
        if (!alive()) return;
        REQUIRE(::write(orders_.get(), &order, sizeof order) == sizeof order);
        REQUIRE(answered());
    }
    void kill() {
        if (pid_ <= 0) return;
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
        pid_ = 0;
    }
    /// As a program does that has seen its session end.
    void leave() {
        orders_.reset();
        int status = 0;
        ::waitpid(std::exchange(pid_, 0), &status, 0);
        REQUIRE(status == 0);
    }
    [[nodiscard]] bool alive() const { return pid_ > 0; }

  private:
    [[noreturn]] void live(const std::string& directory, const Status& initial) {
        {
            Puppet puppet(directory, initial);
            Order order;
            char done = '.';
            while (::write(answers_.get(), &done, 1) == 1 &&
                   ::read(orders_.get(), &order, sizeof order) == sizeof order) {
                puppet.obey(order);
            }
        }
        ::_exit(0);
    }
    [[nodiscard]] bool answered() const {
        char done = 0;
        return ::read(answers_.get(), &done, 1) == 1;
    }

    pid_t pid_ = 0;
    UniqueFd orders_;
    UniqueFd answers_;
};

/// One history, and what was seen of it.
class History {
  public:
    History(std::uint64_t seed)
        : rng_(seed), role_(rng_.chance(0.5) ? Role::sender : Role::receiver) {
        Status initial = a_status("5f0c2a91", role_);
        if (rng_.chance(0.3)) initial.bytes_total.reset();
        process_.emplace(directory_, initial);
        look();
        REQUIRE(seen_->percent == 0);
    }

    /// False when there is nothing left to be done.
    bool step() {
        const auto dice = rng_.below(100);
        if (dice < 3) return process_->kill(), look(), true;
        if (dice < 6) return cancel(), look(), true;
        if (dice < 10) return close();
        if (dice < 11) return force_close();
        if (dice < 14 && is_final(seen_->state) && process_->alive()) {
            return process_->leave(), look(), true;
        }
        constexpr std::string_view kOrders = "ppppppjklrvccsf";
        const Order order{kOrders[rng_.below(rng_.chance(0.2) ? kOrders.size() : 13)],
                          static_cast<std::uint16_t>(rng_.below(65536))};
        process_->tell(order);
        look();
        return true;
    }

  private:
    void look() {
        const auto found = registry::query("5f0c2a91", role_);
        REQUIRE(found);
        REQUIRE(broken_rule(*found) == "");
        if (seen_) REQUIRE(broken_rule(*seen_, *found) == "");
        if (!process_->alive()) REQUIRE(is_final(found->state));
        if (found->ended) REQUIRE(*found->ended >= found->started);
        seen_ = *found;
        const auto listed = registry::list(role_).value();
        REQUIRE(listed.size() == 1);
        REQUIRE(broken_rule(*found, listed.front()) == "");
    }
    void cancel() {
        const auto outcome = registry::cancel("5f0c2a91", role_, "lunch");
        REQUIRE(outcome.has_value() == !is_final(seen_->state));
        if (!outcome) REQUIRE(outcome.error().code == ErrorCode::too_late);
        process_->tell({'v', 0});  // so that it is on record when we look
    }
    bool close() {
        const auto outcome = registry::close("5f0c2a91", role_);
        REQUIRE(outcome.has_value() == is_final(seen_->state));
        if (outcome) return gone();
        REQUIRE(outcome.error().code == ErrorCode::still_running);
        return look(), true;
    }
    bool force_close() {
        if (!is_final(seen_->state) && process_->alive()) return true;  // would wait for its end
        REQUIRE(registry::force_close("5f0c2a91", role_));
        return gone();
    }
    /// A process that lives on does not bring its session back.
    bool gone() {
        process_->tell({'p', 1});
        REQUIRE(registry::query("5f0c2a91", role_).error().code == ErrorCode::no_such_session);
        REQUIRE(registry::list()->empty());
        return false;
    }

    const RuntimeDirectory directory_;
    Rng rng_;
    const Role role_;
    std::optional<Process> process_;
    std::optional<Status> seen_;
};

}  // namespace

TEST_CASE("no history of a process makes what the registry says of it break the contract",
          "[control]") {
    ::signal(SIGPIPE, SIG_IGN);
    const std::uint64_t first_seed = std::random_device{}();
    for (std::uint64_t seed = first_seed; seed < first_seed + 40; ++seed) {
        INFO("seed " << seed);
        History history(seed);
        for (int i = 0; i < 80 && history.step(); ++i) {
        }
    }
}
