using Skyline.Server.Storage;

namespace Skyline.Server.Tests.Storage;

public sealed class DatabaseTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Several_questions_of_one_reading_see_the_same_moment()
    {
        var folder = Directory.CreateTempSubdirectory("skyline-database-").FullName;
        using (var database = Database.Open(Path.Combine(folder, "skyline.db")))
        {
            using var asked = new SemaphoreSlim(0);
            using var written = new SemaphoreSlim(0);
            var reading = Task.Run(() => database.Read(db =>
            {
                var before = db.One<long>("SELECT count(*) FROM users");
                asked.Release();
                written.Wait(Ct);
                return (before, db.One<long>("SELECT count(*) FROM users"));
            }), Ct);
            await asked.WaitAsync(Ct);
            await database.Write(tx => tx.Execute("INSERT INTO users (name, created_at) VALUES ('somebody', 0)"), Ct);
            written.Release();

            Assert.Equal((0, 0), await reading);
            Assert.Equal(1, database.Read(db => db.One<long>("SELECT count(*) FROM users")));
        }
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task What_is_kept_at_hand_is_shown_with_the_write_and_not_at_all_where_that_is_undone()
    {
        var folder = Directory.CreateTempSubdirectory("skyline-database-").FullName;
        using (var database = Database.Open(Path.Combine(folder, "skyline.db")))
        {
            var (shown, seen) = (new List<string>(), -1L);
            await Assert.ThrowsAsync<InvalidOperationException>(() => database.Write(tx =>
            {
                tx.WithCommit(() => shown.Add("undone"), () => shown.Add("taken back"));
                throw new InvalidOperationException();
            }, Ct));
            await database.Write(tx =>
            {
                tx.Execute("INSERT INTO users (name, created_at) VALUES ('somebody', 0)");
                // Whoever finds it written finds it shown: it is shown first.
                tx.WithCommit(() => { shown.Add("written"); seen = database.Read(db => db.One<long>("SELECT count(*) FROM users")); }, () => shown.Add("taken back"));
            }, Ct);

            Assert.Equal(["written"], shown);
            Assert.Equal(0, seen);
        }
        Directory.Delete(folder, recursive: true);
    }
}
