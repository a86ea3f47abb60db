// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <concepts>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include "session/loop/deferred_transfer.hpp"
#include "session/loop/driver.hpp"
#include "session/loop/mailbox.hpp"
#include "session/loop/session_front.hpp"
#include "session/loop/start_thread.hpp"

namespace mcast::session {

/// A session with its loop, for either kind of transfer. Any thread may call it: commands are
/// handed to the loop, questions are answered from the snapshot. The destructor cancels the session
/// and waits for its end.
template <std::derived_from<Transfer> TransferKind>
class LiveSession {
  public:
    using Parts = TransferKind::Parts;

    struct Plan {
        NetworkOptions network;
        BufferSizes sizes;
        std::optional<Duration> limit;  ///< of waiting for an interface; empty: none
        /// Makes the parts of the transfer on its channel. `waited`: the time until there was one.
        std::function<Result<Parts>(Channel channel, Duration waited)> parts;
        /// Says what was chosen, once there is a transfer.
        std::function<void(const TransferKind& transfer, SessionFront& base)> tell_choice;
    };

    /// Everything that `plan` refers to outlives this.
    LiveSession(Plan plan, net::Waker waker, std::unique_ptr<SessionFront> base)
        : parts_(std::move(plan.parts)),
          tell_choice_(std::move(plan.tell_choice)),
          mailbox_(std::move(waker)),
          base_(std::move(base)),
          deferred_({.network = std::move(plan.network),
                     .sizes = plan.sizes,
                     .limit = plan.limit,
                     .make = [this](Channel channel,
                                    Duration waited) { return make(std::move(channel), waited); }},
                    *base_),
          driver_(deferred_, mailbox_) {}
    ~LiveSession() {
        std::ignore = cancel("the program ended the session");
        driver_.join();
        base_.reset();
    }
    LiveSession(const LiveSession&) = delete;
    LiveSession& operator=(const LiveSession&) = delete;

    /// Answers operators' `commands` from now on, and starts the loop. Without `parts` the
    /// interface is still to come.
    [[nodiscard]] Result<void> run(control::Handlers commands, std::optional<Parts> parts) {
        commands.cancel = [this](const std::string& reason) { return cancel(reason); };
        if (auto served = base_->serve(std::move(commands)); !served) return served;
        if (parts) deferred_.begin(begin(std::move(*parts)));
        driver_.start();
        return {};
    }

    /// For the loop's thread.
    [[nodiscard]] SessionFront& base() { return *base_; }

    [[nodiscard]] Status query_status() const { return base_->snapshot(); }
    [[nodiscard]] bool wait(std::optional<std::chrono::duration<double>> limit) {
        return base_->wait(limit);
    }
    [[nodiscard]] Result<void> cancel(std::string_view reason) {
        if (base_->ended()) return too_late();
        mailbox_.post([this, why = std::string(reason)] {
            transfer_ ? transfer_->cancel(why) : deferred_.cancel(why);
        });
        return {};
    }
    /// Runs `command` on the loop and returns its answer.
    [[nodiscard]] Result<void> ask(std::move_only_function<Result<void>(TransferKind&)> command) {
        if (base_->ended()) return too_late();
        return mailbox_.call([this, command = std::move(command)]() mutable -> Result<void> {
            if (transfer_) return command(*transfer_);
            return fail(ErrorCode::no_interface, "the session still waits for a network interface");
        });
    }

  private:
    static Result<void> too_late() { return fail(ErrorCode::too_late, "the session has ended"); }

    Result<Transfer*> make(Channel channel, Duration waited) {
        auto parts = parts_(std::move(channel), waited);
        if (!parts) return std::unexpected(std::move(parts.error()));
        return with_threads([&]() -> Result<Transfer*> { return &begin(std::move(*parts)); });
    }

    Transfer& begin(Parts parts) {
        transfer_ = std::make_unique<TransferKind>(std::move(parts), *base_, mailbox_);
        tell_choice_(*transfer_, *base_);
        return *transfer_;
    }

    const std::function<Result<Parts>(Channel, Duration)> parts_;
    const std::function<void(const TransferKind&, SessionFront&)> tell_choice_;
    Mailbox mailbox_;
    std::unique_ptr<SessionFront> base_;
    /// Used by the loop's thread alone. Empty while the session waits for an interface.
    std::unique_ptr<TransferKind> transfer_;
    DeferredTransfer deferred_;
    Driver driver_;
};

/// Makes a session of kind Live from what was prepared, with `initial` as its status, and calls its
/// run(begin). Errors: permission, io, internal, unsupported.
template <typename Live, typename Preparation, typename Begin>
[[nodiscard]] Result<std::unique_ptr<Live>> go_live(Preparation prepared, Status initial,
                                                    Observer observer, Begin begin) {
    auto waker = net::Waker::open();
    if (!waker) return std::unexpected(std::move(waker.error()));
    auto front = SessionFront::create(std::move(initial), std::move(observer));
    if (!front) return std::unexpected(std::move(front.error()));
    auto live = std::make_unique<Live>(std::move(prepared), std::move(*waker), std::move(*front));
    if (auto running = live->run(std::move(begin)); !running)
        return std::unexpected(std::move(running.error()));
    return live;
}

}  // namespace mcast::session
