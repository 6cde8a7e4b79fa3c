//! What processes cost, as the kernel counts it.

use std::fs;

/// The kernel counts CPU in hundredths of a second on every Linux we run on.
const TICKS_PER_SECOND: f64 = 100.0;

/// Resident memory of a process, in MiB.
pub fn resident_mib(pid: u32) -> f64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    let kib = line.and_then(|line| line.split_whitespace().nth(1)?.parse::<f64>().ok());
    kib.unwrap_or_default() / 1024.0
}

/// CPU time of a process, in seconds.
pub fn cpu_seconds(pid: u32) -> f64 {
    cpu_fields(pid).map_or(0.0, |fields| (fields[0] + fields[1]) / TICKS_PER_SECOND)
}

/// CPU time of all processes of that name, with that of their ended children, in seconds.
pub fn cpu_seconds_of(name: &str) -> f64 {
    let Ok(entries) = fs::read_dir("/proc") else {
        return 0.0;
    };
    let pids = entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse::<u32>().ok());
    pids.filter(|pid| {
        let command = fs::read_to_string(format!("/proc/{pid}/comm")).unwrap_or_default();
        command.trim() == name
    })
    .filter_map(cpu_fields)
    .map(|fields| fields.iter().sum::<f64>() / TICKS_PER_SECOND)
    .sum()
}

/// User, system, and both of ended children, in ticks (proc(5), fields 14 to 17).
fn cpu_fields(pid: u32) -> Option<[f64; 4]> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name in parentheses may hold spaces.
    let (_, rest) = stat.rsplit_once(')')?;
    let mut fields = rest
        .split_whitespace()
        .skip(11)
        .map(|field| field.parse::<f64>().ok());
    Some([
        fields.next()??,
        fields.next()??,
        fields.next()??,
        fields.next()??,
    ])
}
