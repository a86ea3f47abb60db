// SPDX-License-Identifier: MIT
#pragma once

// Follows many sessions in one thread, for `status --watch`: by a subscription to each that runs,
// and by the runtime directory for those that begin. A session without a subscription is looked up
// by its record, so that the death of a process is noticed at once.

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <mcast/registry.hpp>

#include "base/result.hpp"
#include "control/subscription.hpp"
#include "os/unique_fd.hpp"

namespace mcast::control {

class SubscriptionWatcher final : public registry::Watcher {
  public:
    /// Returns when the sessions' statuses are known. Unknown ids are skipped; without ids it
    /// follows all, including those to come. A closed session is forgotten, unless its end was seen
    /// and it was given by its id.
    [[nodiscard]] static Result<std::unique_ptr<registry::Watcher>> open(
        const std::string& directory, const std::vector<std::string>& sessions);

    [[nodiscard]] bool wait(std::chrono::duration<double> limit) override;
    [[nodiscard]] const std::vector<Status>& sessions() const override { return sorted_; }

  private:
    struct Followed {
        Status status;
        std::optional<Subscription> subscription;  ///< while there is one
        Client::Deadline next_attempt{};  ///< to subscribe, while running and not subscribed
    };

    explicit SubscriptionWatcher(std::string directory) : directory_(std::move(directory)) {}
    [[nodiscard]] bool wait_once(Client::Deadline deadline);
    void watch_directory();
    void add(Status status);
    bool take_new_entries();
    bool look_up(const std::string& session);
    bool look_up_unsubscribed();
    bool hear(const std::string& session, Followed& followed);
    void subscribe(const std::string& session, Followed& followed);
    [[nodiscard]] Client::Deadline next_look(Client::Deadline limit) const;
    void sort();

    std::string directory_;
    bool all_ = false;  ///< follow also those that begin
    UniqueFd inotify_;  ///< watches the directory; without it each wait lists the directory
    std::map<std::string, Followed> followed_;
    std::vector<Status> sorted_;
};

}  // namespace mcast::control
