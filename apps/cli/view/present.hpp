// SPDX-License-Identifier: MIT
#pragma once

// All text on standard error. The rules: each line begins with the tool's name; lower case, no full
// stop; an error names its kind in brackets, so that it can be looked up; a hint is on a line of
// its own. Text from the network passes through printable().

#include <optional>
#include <ostream>
#include <string>
#include <string_view>

#include <mcast/error.hpp>
#include <mcast/status.hpp>

#include "cli/view/paint.hpp"

namespace mcast::cli {

struct Command;
class GroupNews;

/// Writes the messages of a tool. Main thread only; the stream must outlive it.
class Voice {
  public:
    Voice(const Command& command, bool quiet);

    void say(std::string_view text) const;                           ///< not when quiet
    void warning(std::string_view text) const;                       ///< not when quiet
    void hint(std::string_view text) const;                          ///< not when quiet
    void error(const Error& error) const;                            ///< always, with its hint
    void error(const Error& error, std::string_view hint) const;     ///< with a better hint
    void usage(std::string_view text, std::string_view hint) const;  ///< a wrong command line
    [[nodiscard]] bool quiet() const { return quiet_; }

  private:
    void line(std::string_view label, std::string_view colour, std::string_view text) const;

    std::ostream& err_;
    std::string tool_;
    bool colour_;
    bool quiet_;
    std::size_t width_ = 0;  ///< columns of the terminal; 0: none
};

/// Prints the error and returns its exit status. Most commands that fail end so.
[[nodiscard]] int report(const Voice& voice, const Error& error);

/// The hint on an error; empty if the error text says enough.
[[nodiscard]] std::string_view hint_of(const Error& error);

/// The session as the user named it, for a sentence.
[[nodiscard]] std::string named(const std::string& session);

/// The progress of a failed transfer by its bytes: 0 to 99, as without success it is not complete,
/// even if no byte is missing; empty if the size is unknown or zero.
[[nodiscard]] std::optional<int> reached_percent(std::uint64_t done,
                                                 std::optional<std::uint64_t> total);

/// The reason of a session that Ctrl-C, or the loss of its terminal, has cancelled.
inline constexpr std::string_view kInterruptedReason = "interrupted";

/// "waiting", "transferring", "success", "partial", "failed at 43 %".
[[nodiscard]] std::string state_text(const Status& status);

/// The colour of the state: good, bad, or none yet.
[[nodiscard]] Colour state_colour(const Status& status);

/// "cannot write /srv/x: No space left on device (no_space)".
[[nodiscard]] std::string error_text(const Error& error);

/// "[####------]" without the brackets.
[[nodiscard]] std::string bar(int percent, std::size_t width);

/// "3/4": receivers that have it, and those that joined; empty for a receiver's session.
[[nodiscard]] std::string done_of_all(const Status& status);

/// A time in words: "3 hours"; "less than a second".
[[nodiscard]] std::string age_words(double seconds);

/// "ended 3 hours ago"; "began ..." for a session whose process died, as the time of that is not
/// known.
[[nodiscard]] std::string past_text(const Status& status, WallTime now);

/// True if some receivers have it, and some will not get it.
[[nodiscard]] bool is_partial(const Status& status);

/// "waiting for the first receiver"; empty if it waits for nothing.
[[nodiscard]] std::string waiting_text(const Status& status);

/// "lab-05 (link, 20 Mbit/s)": the receiver that sets the pace, and the cause; empty if no single
/// one does.
[[nodiscard]] std::string pace_text(const Status& status);

/// "link, 20 Mbit/s", "loss 20 %": the trouble of a receiver.
[[nodiscard]] std::string trouble_text(const ReceiverStatus& receiver);

/// "1.0 GiB"; "about 1.0 GiB" if the sender only expects it; empty if nobody knows the size.
[[nodiscard]] std::string size_text(const Status& status);

/// "43 % [####------] 941 Mbit/s, 5s left, 3/4 done, paced by lab-05 (link, 20 Mbit/s), 444 MiB of
/// 1.0 GiB, 812 repair packets", or the reason for waiting. If `width` columns are too few, the
/// least important parts are left out; the bar uses the rest.
[[nodiscard]] std::string progress_text(const Status& status, std::size_t width = 80);

/// "image.raw: 1.0 GiB to 4 receivers, verified, in 3.2 s, 2.7 Gbit/s". `seconds` is the time in
/// which data flowed; empty: since the session's start.
[[nodiscard]] std::string success_text(const Status& status, std::optional<double> seconds);

/// "saved as /srv/image.raw", or another end of the content.
[[nodiscard]] std::string place_text(const std::string& path);

/// Prints the outcome of an ended session: the line of success, or the receivers that have it, the
/// error, its hint, and a line for each receiver that failed (the first twenty). With `news` also a
/// line for each receiver that has it, up to 32, else their names as ranges.
void tell_outcome(const Voice& voice, const Status& status, std::optional<double> seconds,
                  const GroupNews* news = nullptr);

}  // namespace mcast::cli
