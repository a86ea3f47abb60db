// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>

#include <mcast/error.hpp>
#include <mcast/version.hpp>

namespace mcast {
namespace {

using enum ErrorCode;

// Exit statuses are those of docs/errors.md. Names are unique, exit statuses are not.
constexpr std::array kErrors{
    ErrorInfo{internal, "internal", 1, "a fault in mcast itself",
              "please report it, with all that both tools said and with `--version`"},
    ErrorInfo{usage, "usage", 2, "the command line or an option is wrong", ""},
    ErrorInfo{no_receivers, "no_receivers", 3, "no receiver joined in time",
              "start mcrecv on the machines, with the same --group, and look at the interface that "
              "both print"},
    ErrorInfo{no_sender, "no_sender", 3, "nothing was offered in time",
              "start mcsend with the same --group, and look at the interface that both print"},
    ErrorInfo{timed_out, "timed_out", 1, "nothing moved for the time given by --timeout",
              "look at the network between the two, or raise --timeout"},
    ErrorInfo{cancelled, "cancelled", 1, "the session was cancelled", ""},
    ErrorInfo{sender_lost, "sender_lost", 1, "the sender fell silent",
              "look at the sender's machine and its status, then start the receiver again"},
    ErrorInfo{receivers_failed, "receivers_failed", 4,
              "some receivers failed, the others have a verified copy",
              "look at the error of each, then start mcrecv there and send again"},
    ErrorInfo{all_receivers_failed, "all_receivers_failed", 1, "every receiver failed",
              "look at the error of each, then start mcrecv there and send again"},
    ErrorInfo{receiver_lost, "receiver_lost", 1, "a receiver fell silent",
              "look at that machine; start mcrecv there again"},
    ErrorInfo{
        io, "io", 6, "reading or writing a file failed",
        "look at the file, its file system and disk, or at the program that reads the output"},
    ErrorInfo{no_space, "no_space", 6, "there is no space left for the file",
              "make room there, look at `ulimit -f`, or choose another --output"},
    ErrorInfo{permission, "permission", 6, "access to a file or folder was denied",
              "check owner and mode, or choose another path"},
    ErrorInfo{exists, "exists", 6, "the output exists already",
              "choose another --output, or allow --overwrite"},
    ErrorInfo{not_found, "not_found", 6, "a file or folder does not exist", "check the path"},
    ErrorInfo{source_changed, "source_changed", 6, "the source changed while it was being sent",
              "send a copy or a snapshot that nobody writes to"},
    ErrorInfo{integrity, "integrity", 1, "the content does not match its digest",
              "if it happens again, test the memory and the disk of that machine"},
    ErrorInfo{auth, "auth", 7, "the key is wrong or missing",
              "give both sides the same file with --key; `mcsend keygen` makes one"},
    ErrorInfo{protocol, "protocol", 1, "the peer broke the protocol",
              "use the same version of mcast on both sides"},
    ErrorInfo{detached, "detached", 1, "the sender detached this receiver",
              "if it was too slow, receive again when the machine or its network is faster"},
    ErrorInfo{process_died, "process_died", 1, "the process of the session died without a word",
              "look at the system's log; start it again"},
    ErrorInfo{unsupported, "unsupported", 1, "the peer or this system lacks something needed", ""},
    ErrorInfo{no_interface, "no_interface", 2, "no usable network interface",
              "name one with --interface; `ip link` lists them"},
    ErrorInfo{network, "network", 1, "a network operation failed",
              "check that the interface is up and that a firewall lets the group and port pass"},
    ErrorInfo{refused, "refused", 1, "the sender takes no more receivers",
              "wait for the next offer"},
    ErrorInfo{no_such_session, "no_such_session", 5, "there is no such session",
              "`status` without a name lists them all"},
    ErrorInfo{ambiguous_session, "ambiguous_session", 5, "more than one session matches",
              "give more of its id; `status` without a name lists them all"},
    ErrorInfo{wait_timed_out, "wait_timed_out", 8, "the session goes on", ""},
    ErrorInfo{too_late, "too_late", 9, "the session has ended already", ""},
    ErrorInfo{still_running, "still_running", 9, "the session is still running",
              "wait for it or cancel it first"},
    ErrorInfo{already_started, "already_started", 9, "the transfer has begun already", ""},
    ErrorInfo{sender_failed, "sender_failed", 1, "the sender gave up",
              "mcsend on the sender's machine says why"},
    ErrorInfo{port_in_use, "port_in_use", 1, "another program has the port for the answers",
              "`ss -uanp` shows which; take another port with --feedback-port"},
    ErrorInfo{receivers_missing, "receivers_missing", 4,
              "hosts that were expected do not have the content",
              "start mcrecv there and send again; mcsend status shows who has it"},
    ErrorInfo{node_taken, "node_taken", 1, "another receiver takes part with the same node id",
              "give each machine another --node-id, or none"},
    ErrorInfo{
        exec_failed, "exec_failed", 6, "the command of --exec failed",
        "its last words say why; it must exit with 0, and a receiver's read all of its input"},
    ErrorInfo{joined_late, "joined_late", 1, "the stream had gone too far for a receiver to join",
              "start mcrecv before mcsend, and mcsend with -n and their number"},
};

}  // namespace

std::span<const ErrorInfo> error_table() {
    return kErrors;
}

const ErrorInfo& error_info(ErrorCode code) {
    const auto* row = std::ranges::find(kErrors, code, &ErrorInfo::code);
    return row == kErrors.end() ? kErrors.front() : *row;
}

const ErrorInfo* find_error(std::string_view name) {
    const auto* row = std::ranges::find(kErrors, name, &ErrorInfo::name);
    return row == kErrors.end() ? nullptr : row;
}

std::string_view version() {
    return MCAST_VERSION;
}

}  // namespace mcast
