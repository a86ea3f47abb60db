// SPDX-License-Identifier: MIT
#pragma once

// News of a sender's receivers as lines for people: a line for each of a few, one line
// for many, so that a large group does not scroll everything else away. Main thread only.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include <mcast/session.hpp>

namespace mcast::cli {

class GroupNews {
  public:
    struct Line {
        bool warning = false;
        std::string text;
    };

    void start(WallTime time) { started_ = time; }
    /// Takes `join`, `behind`, `back` and `receiver`; other events are ignored.
    void add(const Event& event);
    /// The news since the last call, in the order in which it happened.
    [[nodiscard]] std::vector<Line> take();

    /// The seconds from the start of the data until that receiver's state was final; empty: not
    /// known.
    [[nodiscard]] std::optional<double> seconds_of(const std::string& receiver) const;

  private:
    /// The same event of several receivers in a row. Thousands can come at once: only the first few
    /// have lines of their own, of the others only the names are kept.
    struct Run {
        Event::Kind kind{};
        ReceiverStatus first;
        std::vector<std::string> texts;  ///< lines of the first few
        std::vector<std::string> hosts;
    };
    [[nodiscard]] static Line line_of(Run run);

    std::vector<Run> waiting_;
    std::optional<WallTime> started_;
    std::map<std::string, double, std::less<>> final_;  ///< seconds, by id
};

/// "lab-02 (10.0.0.12)", or the known part of it.
[[nodiscard]] std::string name_of(const ReceiverStatus& receiver);

/// The host, or the id if the receiver has no host name.
[[nodiscard]] std::string host_of(const ReceiverStatus& receiver);

/// "failed at 43 %: cannot write x (no_space)".
[[nodiscard]] std::string failure_text(const ReceiverStatus& receiver);

}  // namespace mcast::cli
