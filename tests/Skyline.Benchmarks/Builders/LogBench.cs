using System.Globalization;
using System.Text.RegularExpressions;
using Skyline.Protocol;
using Skyline.Testing;

namespace Skyline.Benchmarks.Builders;

/// <summary>
/// A build that writes 50,000 lines a second, alone and followed by fifty readers, half of them as browsers (events), half as the
/// command line (plain). The build says itself how long its writing took; each line says when it was written.
/// </summary>
public static partial class LogBench
{
    const int Seconds = 10, LinesASecond = 50_000, Readers = 50;

    const string Writer = """
        #include <stdio.h>
        #include <time.h>
        static double at(clockid_t clock) { struct timespec t; clock_gettime(clock, &t); return t.tv_sec + t.tv_nsec / 1e9; }
        int main(void) {
            static char buffer[1 << 16];
            setvbuf(stdout, buffer, _IOFBF, sizeof buffer);
            double begun = at(CLOCK_MONOTONIC);
            for (int tick = 0; tick < SECONDS * 100; tick++) {
                double now = at(CLOCK_REALTIME);
                for (int line = 0; line < LINES / 100; line++) printf("%.3f gcc -O2 -Wall -c source-file-%08d.c -o source-file-of-it.o\n", now, tick * (LINES / 100) + line);
                fflush(stdout);
                double ahead = begun + (tick + 1) / 100.0 - at(CLOCK_MONOTONIC);
                struct timespec wait = { 0, ahead * 1e9 };
                if (ahead > 0) nanosleep(&wait, NULL);
            }
            printf("writing took %.3f seconds\n", at(CLOCK_MONOTONIC) - begun);
            return 0;
        }
        """;

    public static IEnumerable<BenchResult> Run() => Run(CancellationToken.None).GetAwaiter().GetResult();

    static async Task<IReadOnlyList<BenchResult>> Run(CancellationToken ct)
    {
        var folder = Directory.CreateTempSubdirectory("skyline-bench-").FullName;
        try
        {
            await using var server = new ServerProcess(Path.Combine(folder, "server"));
            await server.Start();
            await using var builder = BuilderProcess.Start(server.Address, server.BuilderTokenFile, Path.Combine(folder, "builder"));
            var alone = await Followed(server, folder, 1, 0, ct);
            var followed = await Followed(server, folder, 2, Readers, ct);
            var again = await Followed(server, folder, 3, 0, ct);
            await builder.Terminate(ct);
            var least = Math.Min(alone.Seconds, again.Seconds);
            return [
                BenchResult.AtMost($"{Seconds * LinesASecond / 1000},000 lines written while {Readers} readers follow, beside alone", followed.Seconds / least, "times", 1.1),
                BenchResult.Beside("  alone", least, "s"),
                BenchResult.Beside("  followed", followed.Seconds, "s"),
                BenchResult.AtMost("  readers who missed or doubled something", followed.Amiss, "", 0),
                BenchResult.AtMost("  from a line's writing to its last reader, at most", followed.Delay, "s", 1),
                BenchResult.Beside("  server, resident at most", followed.Megabytes, "MB"),
                BenchResult.Beside("  server's CPU meanwhile; alone it takes", followed.Cpu, "s"),
                BenchResult.Beside("  ", least == alone.Seconds ? alone.Cpu : again.Cpu, "s"),
                BenchResult.Beside("  CPU of the fifty readers themselves", followed.Readers, "s"),
            ];
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    static async Task<(double Seconds, int Amiss, double Delay, double Megabytes, double Cpu, double Readers)> Followed(ServerProcess server, string folder, int release, int readers, CancellationToken ct)
    {
        var srpm = await SourcePackage.Make(folder, $"""
            Name: chatter
            Version: 1
            Release: {release}
            Summary: Writes a lot
            License: MIT
            Source0: writer.c
            BuildRequires: gcc
            BuildArch: noarch
            %description
            Writes a lot.
            %build
            gcc -O2 -DSECONDS={Seconds} -DLINES={LinesASecond} -o writer %SOURCE0
            ./writer
            %files
            """, ct, ("writer.c", Writer));
        await using var file = File.OpenRead(srpm);
        var admin = server.Admin();
        var build = await admin.Submit(file, Path.GetFileName(srpm), "testos", scratch: true, ct);
        while (build.Tasks is not [{ Runs: [{ State: RunState.Running }, ..] }, ..])
            build = build.State is BuildState.Waiting or BuildState.Building ? await admin.WaitBuild(build.Id, build.Revision, 30, ct) : throw new InvalidOperationException($"{build.Nvr} is {build.State}: {build.Why}");
        var run = build.Tasks[0].Runs[0].Id;
        var (cpu, own) = (Cpu(server.Process.Id), Environment.CpuUsage.TotalTime);
        var following = Enumerable.Range(0, readers).Select(n => n % 2 == 0 ? LogReader.Events(server.Http(), run, ct) : LogReader.Plain(server.Http(), run, ct)).ToList();
        var read = await Task.WhenAll(following);
        while (build.State is BuildState.Waiting or BuildState.Building or BuildState.Publishing) build = await admin.WaitBuild(build.Id, build.Revision, 30, ct);
        if (build.State != BuildState.Complete) throw new InvalidOperationException($"{build.Nvr} is {build.State}: {build.Why}");
        var whole = await server.Http().GetByteArrayAsync($"api/runs/{run}/log", ct);
        var took = Took().Match(System.Text.Encoding.UTF8.GetString(whole.AsSpan(Math.Max(0, whole.Length - 4096))));
        return (double.Parse(took.Groups[1].Value, CultureInfo.InvariantCulture), read.Count(one => one.Bytes != whole.Length || one.Lines != whole.AsSpan().Count((byte)'\n')),
            read.Select(one => one.Delay).DefaultIfEmpty().Max(), Resident(server.Process.Id), Cpu(server.Process.Id) - cpu, (Environment.CpuUsage.TotalTime - own).TotalSeconds);
    }

    static double Cpu(int process)
    {
        using var it = System.Diagnostics.Process.GetProcessById(process);
        return it.TotalProcessorTime.TotalSeconds;
    }

    static double Resident(int process) =>
        double.Parse(File.ReadLines($"/proc/{process}/status").First(row => row.StartsWith("VmHWM", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024 / 1e6;

    [GeneratedRegex(@"writing took ([\d.]+) seconds")]
    private static partial Regex Took();
}
