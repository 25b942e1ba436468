# Published cohorts of the package survival, in whole months, and what survfit makes of them.
# Prints rows "row,cohort,entry,last,cause" and "est,cohort,name,place,value" for test_with_r.py.
suppressPackageStartupMessages({library(survival); library(cmprsk)})
options(digits = 17)
month <- function(days) ceiling(days / 30.4375)
say <- function(...) cat(paste(..., sep = ","), "\n", sep = "")

rows <- function(name, entry, last, cause) {
  for (i in seq_along(last)) say("row", name, entry[i], last[i], cause[i])
}
at <- function(fit, times) summary(fit, times = times, extend = TRUE)

survival_of <- function(name, entry, last, cause, times, tau, late = FALSE) {
  event <- as.integer(cause > 0)
  y <- if (late) Surv(entry, last, event) else Surv(last, event)
  fit <- survfit(y ~ 1, conf.type = "log-log")
  s <- at(fit, times)
  for (i in seq_along(times)) {
    say("est", name, "surv", times[i], sprintf("%.15g", s$surv[i]))
    say("est", name, "se", times[i], sprintf("%.15g", s$std.err[i]))
    say("est", name, "low", times[i], sprintf("%.15g", s$lower[i]))
    say("est", name, "high", times[i], sprintf("%.15g", s$upper[i]))
  }
  q <- quantile(fit, c(0.25, 0.5, 0.75))
  for (i in 1:3) {
    p <- c(0.25, 0.5, 0.75)[i]
    say("est", name, "quantile", p, q$quantile[i])
    say("est", name, "quantile_low", p, q$lower[i])
    say("est", name, "quantile_high", p, q$upper[i])
  }
  if (!late) {
    table <- summary(fit, rmean = tau)$table
    say("est", name, "rmst", tau, sprintf("%.15g", table["rmean"]))
    say("est", name, "rmst_se", tau, sprintf("%.15g", table["se(rmean)"]))
  }
}

incidence_of <- function(name, entry, last, cause, times, late = FALSE) {
  causes <- seq_len(max(cause))
  state <- factor(cause, levels = c(0, causes))
  id <- seq_along(last)
  fit <- if (late) survfit(Surv(entry, last, state) ~ 1, id = id) else survfit(Surv(last, state) ~ 1, id = id)
  s <- at(fit, times)
  for (j in causes) for (i in seq_along(times)) {
    say("est", name, paste0("cif", j), times[i], sprintf("%.15g", s$pstate[i, j + 1]))
    say("est", name, paste0("cif_se", j), times[i], sprintf("%.15g", s$std.err[i, j + 1]))
  }
  if (!late) {
    aalen <- timepoints(cuminc(last, cause), times)
    for (j in causes) for (i in seq_along(times)) {
      say("est", name, paste0("aalen_se", j), times[i], sprintf("%.15g", sqrt(aalen$var[j, i])))
    }
  }
}

cohort <- function(name, last, cause, times, tau, entry = rep(0, length(last)), late = FALSE) {
  rows(name, entry, last, cause)
  survival_of(name, entry, last, cause, times, tau, late)
  if (max(cause) > 1) incidence_of(name, entry, last, cause, times, late)
}

cohort("lung", month(lung$time), as.integer(lung$status == 2), c(6, 12, 20), 24)
cohort("veteran", pmax(month(veteran$time), 1), veteran$status, c(3, 6, 12), 12)
cohort("ovarian", month(ovarian$futime), ovarian$fustat, c(6, 12, 18), 24)

m <- mgus2[mgus2$futime > 0, ]
progressed <- m$pstat == 1
cohort("mgus2", ifelse(progressed, pmax(m$ptime, 1), m$futime), ifelse(progressed, 1, ifelse(m$death == 1, 2, 0)),
       c(12, 60, 120, 240), 120)

t <- transplant[transplant$futime > 0, ]
cohort("transplant", month(t$futime), as.integer(t$event) - 1, c(1, 3, 6, 12, 24), 12)

# Age is the clock: nobody is at risk before the month of diagnosis. From 60 years on, so that nobody is alone.
born <- m$age * 12
last <- born + ifelse(progressed, pmax(m$ptime, 1), m$futime)
cause <- ifelse(progressed, 1, ifelse(m$death == 1, 2, 0))
old <- last > 720
cohort("mgus2_age", last[old], cause[old], c(780, 840, 900, 960), 0, entry = pmax(born[old], 720), late = TRUE)

# From the second month on: in the first two people are at risk, and one death halves the curve for ever.
h <- jasa1[jasa1$transplant == 1 & month(jasa1$stop) > pmax(month(jasa1$start), 2), ]
cohort("heart", month(h$stop), h$event, c(6, 12, 24), 0, entry = pmax(month(h$start), 2), late = TRUE)
