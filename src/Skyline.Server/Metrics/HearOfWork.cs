using Dapper;
using Microsoft.Data.Sqlite;

namespace Skyline.Server.Metrics;

/// <summary>Runs and builds begin and end in many places, and all of them write it down: the connection that writes counts what it is told by its own triggers.</summary>
static class HearOfWork
{
    public static void On(SqliteConnection writer)
    {
        writer.CreateFunction<long, bool>("run_leased", waited =>
        {
            Counted.Leased(waited);
            return true;
        });
        writer.CreateFunction<string, long?, bool>("run_ended", (state, took) =>
        {
            Counted.RunEnded(state, took);
            return true;
        });
        writer.CreateFunction<string, long, bool>("build_ended", (state, took) =>
        {
            Counted.BuildEnded(state, took);
            return true;
        });
        writer.Execute("""
            CREATE TEMP TRIGGER counted_lease AFTER UPDATE OF leased_at ON main.task_runs WHEN NEW.leased_at IS NOT NULL AND OLD.leased_at IS NULL BEGIN SELECT run_leased(NEW.leased_at - NEW.created_at); END;
            CREATE TEMP TRIGGER counted_run AFTER UPDATE OF ended_at ON main.task_runs WHEN NEW.ended_at IS NOT NULL AND OLD.ended_at IS NULL BEGIN SELECT run_ended(NEW.state, NEW.ended_at - NEW.leased_at); END;
            CREATE TEMP TRIGGER counted_build AFTER UPDATE OF ended_at ON main.builds WHEN NEW.ended_at IS NOT NULL AND OLD.ended_at IS NULL BEGIN SELECT build_ended(NEW.state, NEW.ended_at - NEW.submitted_at); END;
            """);
    }
}
