using Quartz;
using Skyline.Server.Storage;

namespace Skyline.Server.Audit;

/// <summary>The end of the audit log goes into the server's own log, at each start and once a day: whoever keeps that elsewhere can hold the audit log against it.</summary>
[DisallowConcurrentExecution]
sealed class TellHead(Database database, ILogger<TellHead> log) : IJob
{
    public const string Cron = "40 7 0 * * ?";

    public ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        Tell();
        return ValueTask.CompletedTask;
    }

    public void Tell()
    {
        var head = database.Read(ReadAudit.Head);
        log.LogInformation("The audit log's head is {Number}:{Hash}", head.Number, head.Hash);
    }
}
