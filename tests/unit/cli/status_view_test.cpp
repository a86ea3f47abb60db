// SPDX-License-Identifier: MIT
#include "cli/view/status_view.hpp"

#include <algorithm>
#include <array>

#include "fake.hpp"
#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::cli;
using namespace mcast::cli::test;

namespace {

std::vector<Status> some_sessions() {
    auto sending = running();
    sending.receivers = {receiver("1", "a", State::success),
                         receiver("2", "b", State::in_progress)};
    auto waits = running();
    waits.session = "0badcafe";
    waits.name = "a-file-with-a-rather-long-name-for-a-table-of-eighty-columns.tar.zst";
    waits.phase = Phase::waiting;
    waits.percent = 0;
    waits.rate_bps = 0;
    waits.eta_s.reset();
    waits.waiting_for = "2 of 4 receivers";
    auto broken = failed(ErrorCode::no_space, "cannot write /srv/disk.img: No space left on device",
                         Role::receiver);
    broken.session = "77aa01bc";
    broken.name = "disk.img";
    auto done = succeeded(Role::receiver);
    done.session = "12345678";
    auto partial = failed(ErrorCode::receivers_failed, "1 of 2 receivers failed: b: gone");
    partial.session = "87654321";
    partial.receivers = {receiver("1", "a", State::success), receiver("2", "b", State::failure)};
    auto stopped = failed(ErrorCode::cancelled, "interrupted");
    stopped.session = "11111111";
    return {sending, waits, broken, done, partial, stopped};
}

// An hour after they began.
std::string rendered(const Paper& paper) {
    const auto sessions = some_sessions();
    return sessions_table(sessions, paper, sessions.front().started + std::chrono::hours(1));
}

Status some_receivers() {
    auto status = running();
    auto slow = receiver("0a4d0002", "lab-02", State::in_progress, 466092032);
    slow.rate_bps = 941000000;
    slow.loss = 0.004;
    slow.limited_by = LimitedBy::disk;
    slow.lag_s = 2;
    auto quick = receiver("0a4d0001", "lab-01", State::success, 1073741824);
    slow.cause = Cause::disk;
    auto gone = receiver("0a4d0003", "a-host-with-a-long-name.example.org", State::failure, 10);
    gone.percent = 0;
    gone.error = Error{ErrorCode::receiver_lost, 0, "nothing heard for 30 s"};
    auto plain = receiver("0a4d0004", "", State::success, 1073741824);
    plain.verified = false;
    plain.address = "fd00:1234:5678::abcd";
    auto out = receiver("0a4d0005", "lab-05", State::in_progress, 1000000);
    out.attached = false;
    status.receivers = {quick, slow, gone, plain, out};
    return status;
}

std::size_t widest_line(const std::string& text) {
    std::size_t widest = 0;
    for (std::size_t from = 0; from < text.size();) {
        const auto end = text.find('\n', from);
        widest = std::max(widest, end - from);
        from = end + 1;
    }
    return widest;
}

}  // namespace

TEST_CASE("the sessions fit eighty columns", "[cli]") {
    CHECK("\n" + rendered({80}) == R"(
ID        NAME          ROLE  STATE               PROGRESS  RATE  ETA  DONE  AGE
5f0c2a91  image.raw     send  transferring    ##----  43 %  941M   5s   1/2  60m
0badcafe  a-fil..r.zst  send  waiting         ------   0 %              0/0  60m
    waiting for 2 of 4 receivers
77aa01bc  disk.img      recv  failed at 43 %                                 60m
    cannot write /srv/disk.img: No space left on device (no_space)
12345678  image.raw     recv  success         ###### 100 %                   60m
87654321  image.raw     send  partial                                   1/2  60m
    1 of 2 receivers failed: b: gone (receivers_failed)
11111111  image.raw     send  cancelled                                 0/0  60m
)");
    CHECK(widest_line(rendered({80})) <= 80);
}

TEST_CASE("where no session runs eighty columns have room for the size", "[cli]") {
    const std::vector<Status> ended{succeeded(), failed(ErrorCode::no_space)};
    const auto now = ended.front().started + std::chrono::hours(1);
    CHECK("\n" + sessions_table(ended, {80}, now) == R"(
ID        NAME       ROLE  STATE               PROGRESS  DONE     SIZE  AGE
5f0c2a91  image.raw  send  success         ###### 100 %   0/0  1.0 GiB  60m
5f0c2a91  image.raw  send  failed at 43 %                 0/0  1.0 GiB  60m
    it broke (no_space)
)");
}

TEST_CASE("the sessions use the room of a wider terminal", "[cli]") {
    CHECK("\n" + rendered({200}) == R"(
ID        NAME                                                                  ROLE  STATE                                       PROGRESS  RATE  ETA  DONE     SIZE  AGE
5f0c2a91  image.raw                                                             send  transferring    ############------------------  43 %  941M   5s   1/2  1.0 GiB  60m
0badcafe  a-file-with-a-rather-long-name-for-a-table-of-eighty-columns.tar.zst  send  waiting         ------------------------------   0 %              0/0  1.0 GiB  60m
    waiting for 2 of 4 receivers
77aa01bc  disk.img                                                              recv  failed at 43 %                                                         1.0 GiB  60m
    cannot write /srv/disk.img: No space left on device (no_space)
12345678  image.raw                                                             recv  success         ############################## 100 %                   1.0 GiB  60m
87654321  image.raw                                                             send  partial                                                           1/2  1.0 GiB  60m
    1 of 2 receivers failed: b: gone (receivers_failed)
11111111  image.raw                                                             send  cancelled                                                         0/0  1.0 GiB  60m
)");
}

TEST_CASE("a table in a pipe is as wide as it needs, with a line for each session", "[cli]") {
    CHECK("\n" + rendered({kEndless}) == R"(
ID        NAME                                                                  ROLE  STATE             %  RATE  ETA  DONE     SIZE  AGE  NOTE
5f0c2a91  image.raw                                                             send  transferring     43  941M   5s   1/2  1.0 GiB  60m
0badcafe  a-file-with-a-rather-long-name-for-a-table-of-eighty-columns.tar.zst  send  waiting           0              0/0  1.0 GiB  60m  waiting for 2 of 4 receivers
77aa01bc  disk.img                                                              recv  failed at 43 %                        1.0 GiB  60m  cannot write /srv/disk.img: No space left on device (no_space)
12345678  image.raw                                                             recv  success         100                   1.0 GiB  60m
87654321  image.raw                                                             send  partial                          1/2  1.0 GiB  60m  1 of 2 receivers failed: b: gone (receivers_failed)
11111111  image.raw                                                             send  cancelled                        0/0  1.0 GiB  60m
)");
}

TEST_CASE("the details of a sender end with its receivers", "[cli]") {
    auto status = some_receivers();
    status.meta = "build 7";
    status.stats = {.packets = 331264, .bytes = 0, .lost = 0, .repaired = 812, .nacks = 37};
    status.paced_by = "0a4d0002";
    CHECK("\n" + session_details(status, {80}) == R"(
session   5f0c2a91, sender, process 4211
name      image.raw
meta      build 7
state     transferring, 43 % [########------------]
done      444 MiB of 1.0 GiB
rate      941 Mbit/s, 5.2 s left
paced by  lab-02 (disk, 941 Mbit/s)
group     239.255.77.77:7701 on eth0
started   2026-11-21 10:00:00 UTC
elapsed   4.0 s
packets   331264 sent, 812 repaired, 37 nacks received

)" + receivers_table(status, {80}));
}

TEST_CASE("a machine that nothing is heard from is told in the list, the details and its row",
          "[cli]") {
    auto status = running();
    status.receivers = {receiver("0a4d0001", "lab-01", State::in_progress)};
    status.receivers[0].limited_by = LimitedBy::gone;
    status.receivers[0].attached = false;
    status.receivers[0].report_age_s = 4;
    const std::vector sessions{status};
    CHECK_THAT(sessions_table(sessions, {kEndless}, status.started),
               Catch::EndsWith("  no word from lab-01 for 4s\n"));
    CHECK_THAT(session_details(status, {kEndless}),
               Catch::Contains("\nwaiting   no word from lab-01 for 4s\n"));
    CHECK_THAT(receivers_table(status, {kEndless}),
               Catch::Contains(" silent ") && !Catch::Contains("deferred"));
}

TEST_CASE("the details have each counter that is not zero", "[cli]") {
    auto status = running();
    const auto quiet = session_details(status, {kEndless});
    CHECK_THAT(quiet, !Catch::Contains("dropped") && !Catch::Contains("refused") &&
                          !Catch::Contains("served"));
    status.stats = {.packets = 11,
                    .bytes = 2048,
                    .lost = 0,
                    .repaired = 13,
                    .nacks = 14,
                    .dropped_by_host = 15,
                    .foreign = 16,
                    .malformed = 17,
                    .unopened = 20,
                    .refused = 18,
                    .unserved = 19};
    CHECK_THAT(session_details(status, {kEndless}),
               Catch::Contains("11 sent (2.0 KiB), 13 repaired, 14 nacks received, 15 dropped by "
                               "this host, 16 of strangers dropped, 17 malformed dropped, 20 not "
                               "opened, 18 joins refused, 19 requests not served\n"));
}

TEST_CASE("the receivers in trouble are listed first, then the others by host, each with its error",
          "[cli]") {
    CHECK("\n" + receivers_table(some_receivers(), {80}) == R"(
RECEIVER  HOST           ADDRESS        STATE         %  RATE   LOSS  LIMIT  LAG
0a4d0003  a-host..e.org  10.0.0.12      failed        0        0.0 %
    nothing heard for 30 s (receiver_lost)
0a4d0002  lab-02         10.0.0.12      receiving    44  941M  0.4 %  disk    2s
0a4d0005  lab-05         10.0.0.12      deferred     44        0.0 %          0s
0a4d0004  fd00:1..:abcd  fd00:1..:abcd  unverified  100        0.0 %
0a4d0001  lab-01         10.0.0.12      success     100        0.0 %
)");
    CHECK("\n" + receivers_table(some_receivers(), {200}) == R"(
RECEIVER  HOST                                 ADDRESS               STATE         %  RATE   LOSS  LIMIT  LAG  ERROR
0a4d0003  a-host-with-a-long-name.example.org  10.0.0.12             failed        0        0.0 %              nothing heard for 30 s (receiver_lost)
0a4d0002  lab-02                               10.0.0.12             receiving    44  941M  0.4 %  disk    2s
0a4d0005  lab-05                               10.0.0.12             deferred     44        0.0 %          0s
0a4d0004  fd00:1234:5678::abcd                 fd00:1234:5678::abcd  unverified  100        0.0 %
0a4d0001  lab-01                               10.0.0.12             success     100        0.0 %
)");
    CHECK("\n" + receivers_table(some_receivers(), {40}) == R"(
HOST               STATE         %  RATE
a-host-w..ple.org  failed        0
    nothing heard for 30 s (receiver_l..
lab-02             receiving    44  941M
lab-05             deferred     44
fd00:123..8::abcd  unverified  100
lab-01             success     100
)");
}

TEST_CASE("a receiver that the end of the session left under way receives no more", "[cli]") {
    auto status = failed(ErrorCode::cancelled, "interrupted");
    status.receivers = {receiver("0a4d0001", "lab-01", State::in_progress)};
    status.receivers.back().rate_bps = 14000000;
    status.receivers.back().limited_by = LimitedBy::network;
    CHECK("\n" + receivers_table(status, {80}) == R"(
RECEIVER  HOST    ADDRESS    STATE        %   LOSS
0a4d0001  lab-01  10.0.0.12  unfinished  44  0.0 %
)");
}

TEST_CASE("a receiver of a transfer that has not begun has joined, and no more", "[cli]") {
    auto status = running();
    status.phase = Phase::waiting;
    status.waiting_for = "waiting for 2 more of 3 receivers";
    status.receivers = {receiver("0a4d0001", "lab-01", State::in_progress)};
    CHECK_THAT(receivers_table(status, {80}),
               Catch::Contains(" joined ") && !Catch::Contains("receiving"));
    CHECK_THAT(session_details(status, {80}),
               Catch::Contains("\nwaiting   for 2 more of 3 receivers\n"));
}

TEST_CASE("equal receivers stand in the natural order of their hosts, whatever they report",
          "[cli]") {
    auto status = running();
    for (const char* host : {"lab-10", "lab-2", "lab-1"}) {
        status.receivers.push_back(receiver(host, host, State::in_progress));
        status.receivers.back().bytes_done = status.receivers.size() * 1000;
        status.receivers.back().limited_by = LimitedBy::network;
        status.receivers.back().loss = 0.006;
    }
    const auto order = [&] {
        const auto text = receivers_table(status, {80});
        return std::array{text.find("lab-1 "), text.find("lab-2 "), text.find("lab-10 ")};
    };
    CHECK(std::ranges::is_sorted(order()));
    status.paced_by = "lab-10";
    CHECK(order()[2] < order()[0]);
    CHECK_THAT(receivers_table(status, {80}), Catch::Contains(", paces"));
}

TEST_CASE("the details of a failed receiver tell the error and what to do", "[cli]") {
    auto status = failed(ErrorCode::no_space, "cannot write /srv/disk.img", Role::receiver);
    status.peer = "10.0.0.5";
    status.ended = status.started + std::chrono::seconds(4);
    status.stats = {
        .packets = 5, .bytes = 0, .lost = 2, .repaired = 1, .nacks = 3, .dropped_by_host = 4};
    CHECK("\n" + session_details(status, {80}) == R"(
session   5f0c2a91, receiver, process 4211
name      image.raw
state     failed at 43 %
done      444 MiB of 1.0 GiB
group     239.255.77.77:7701 on eth0
from      10.0.0.5
started   2026-11-21 10:00:00 UTC
ended     2026-11-21 10:00:04 UTC
elapsed   4.0 s
packets   5 received, 2 lost, 1 repaired, 3 nacks sent, 4 dropped by this host
error     cannot write /srv/disk.img (no_space)
hint      make room there, look at `ulimit -f`, or choose another --output
)");
}

TEST_CASE("a narrow terminal keeps id, name, state and percent", "[cli]") {
    CHECK("\n" + rendered({40}) == R"(
ID        NAME       STATE             %
5f0c2a91  image.raw  transferring     43
0badcafe  a-fi..zst  waiting           0
    waiting for 2 of 4 receivers
77aa01bc  disk.img   failed at 43 %
    cannot write /srv/disk.img: No spa..
12345678  image.raw  success         100
87654321  image.raw  partial
    1 of 2 receivers failed: b: gone (..
11111111  image.raw  cancelled
)");
}

TEST_CASE("no table or detail is wider than the terminal, whatever its width", "[cli]") {
    auto status = running();
    status.meta = std::string(300, 'm');
    status.receivers.assign(3, receiver("0a4d0002", std::string(60, 'h'), State::failure, 10));
    for (auto& one : status.receivers) {
        one.error = Error{ErrorCode::no_space, 28, "cannot write " + std::string(100, 'p')};
    }
    for (std::size_t width = 1; width <= 220; ++width) {
        CAPTURE(width);
        CHECK(widest_line(rendered({width})) <= width);
        CHECK(widest_line(session_details(status, {width})) <= width);
        CHECK(widest_line(receivers_table(status, {width})) <= width);
    }
}

TEST_CASE("states are coloured where colour is wanted", "[cli]") {
    const auto table = rendered({80, true});
    CHECK_THAT(table, Catch::Contains("\x1b[32msuccess\x1b[0m") &&
                          Catch::Contains("\x1b[1;31mfailed at 43 %\x1b[0m"));
    CHECK(rendered({80}).find('\x1b') == std::string::npos);
}
